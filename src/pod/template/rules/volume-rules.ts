// What Kubernetes asks of the fields of a volume, or of its mount, together.
import { isObject } from '../../../security/field-values.ts';
import { faultIf, listIn, objectsIn, type Rule } from './rules.ts';

export const needsStorage: Rule = ({ resources }) => {
  const requests = isObject(resources) ? resources['requests'] : undefined;
  const storage = isObject(requests) ? requests['storage'] : undefined;
  return storage === undefined || storage === 0 || storage === '0'
    ? [
        {
          at: ['resources', 'requests', 'storage'],
          message: 'is missing; write how large the volume is, such as 10Gi',
        },
      ]
    : [];
};

export const modesOfClaim: Rule = (fields) => {
  const modes = listIn(fields, 'accessModes');
  return faultIf(
    modes.includes('ReadWriteOncePod') && modes.length > 1,
    'accessModes',
    'can have ReadWriteOncePod alone only',
  );
};

export const readOnlyFirst: Rule = ({ readOnly, recursiveReadOnly: mode }) =>
  faultIf(
    mode !== undefined && mode !== 'Disabled' && readOnly !== true,
    'recursiveReadOnly',
    'needs readOnly: true',
  );

/** Two sources of a projected volume cannot be one file. */
export const uniquePaths: Rule = (fields) => {
  const paths = objectsIn(fields, 'sources').flatMap((source) =>
    Object.values(source)
      .filter(isObject)
      .flatMap((each) => [each, ...objectsIn(each, 'items')])
      .map(({ path }) => path)
      .filter((path) => typeof path === 'string'),
  );
  const twice = paths.find((path, index) => paths.indexOf(path) < index);
  return twice === undefined ? [] : [{ at: ['sources'], message: `make the file ${twice} twice` }];
};

const keyTypes = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];

export const certificate: Rule = (fields) => [
  ...faultIf(
    !keyTypes.includes(String(fields['keyType'])),
    'keyType',
    `must be one of ${keyTypes.join(', ')}`,
  ),
  ...(['credentialBundlePath', 'keyPath', 'certificateChainPath'].some((path) => fields[path] !== undefined)
    ? []
    : [{ at: [], message: 'needs credentialBundlePath, keyPath or certificateChainPath' }]),
];
