// What Kubernetes asks of how a pod is named and finds names.
import { isObject } from '../../../security/field-values.ts';
import { dnsSubdomainFormat } from '../schema/formats.ts';
import { faultIf, listIn, type Rule, type RuleFault } from './rules.ts';

const maxSearchListLength = 2048;

export const searchPaths: Rule = (fields) => {
  const paths = listIn(fields, 'searches').map(String);
  const wrong = paths.flatMap((path, index): RuleFault[] => {
    const message =
      path === '.'
        ? null
        : dnsSubdomainFormat(path.replace(/\.$/, '').replaceAll('_', '-').replace(/^-/, 'a'));
    return message === null ? [] : [{ at: ['searches', index], message }];
  });
  return [
    ...wrong,
    ...faultIf(
      paths.join(' ').length > maxSearchListLength,
      'searches',
      `is longer than ${maxSearchListLength} characters`,
    ),
  ];
};

export const nameServers: Rule = ({ dnsPolicy, dnsConfig }) =>
  faultIf(
    dnsPolicy === 'None' && !(isObject(dnsConfig) && listIn(dnsConfig, 'nameservers').length > 0),
    'dnsPolicy',
    'is None, and dnsConfig.nameservers names none; add one',
  );

const maxHostNameLength = 64;

export const hostNames: Rule = ({ hostnameOverride: name, setHostnameAsFQDN }) => [
  ...faultIf(
    name !== undefined && setHostnameAsFQDN === true,
    'hostnameOverride',
    'cannot stand beside setHostnameAsFQDN',
  ),
  ...faultIf(
    typeof name === 'string' && name.length > maxHostNameLength,
    'hostnameOverride',
    `is longer than ${maxHostNameLength} characters`,
  ),
];
