// What Kubernetes asks of how a pod is named and finds names.
import { isObject } from '../../../security/field-values.ts';
import { dnsSubdomain } from '../schema/formats.ts';
import { type Fault, faultIf, listIn, type Rule } from './rules.ts';

const longestSearchList = 2048;

export const searchPaths: Rule = (fields) => {
  const paths = listIn(fields, 'searches').map(String);
  const wrong = paths.flatMap((path, index): Fault[] => {
    const message =
      path === '.' ? null : dnsSubdomain(path.replace(/\.$/, '').replaceAll('_', '-').replace(/^-/, 'a'));
    return message === null ? [] : [{ at: ['searches', index], message }];
  });
  return [
    ...wrong,
    ...faultIf(
      paths.join(' ').length > longestSearchList,
      'searches',
      `is longer than ${longestSearchList} characters`,
    ),
  ];
};

export const nameServers: Rule = ({ dnsPolicy, dnsConfig }) =>
  faultIf(
    dnsPolicy === 'None' && !(isObject(dnsConfig) && listIn(dnsConfig, 'nameservers').length > 0),
    'dnsPolicy',
    'is None, and dnsConfig.nameservers names none; add one',
  );

const longestHostName = 64;

export const hostNames: Rule = ({ hostnameOverride: name, setHostnameAsFQDN }) => [
  ...faultIf(
    name !== undefined && setHostnameAsFQDN === true,
    'hostnameOverride',
    'cannot stand beside setHostnameAsFQDN',
  ),
  ...faultIf(
    typeof name === 'string' && name.length > longestHostName,
    'hostnameOverride',
    `is longer than ${longestHostName} characters`,
  ),
];
