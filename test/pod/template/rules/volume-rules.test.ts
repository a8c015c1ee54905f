import { expect, test } from 'vitest';
import { schemaProblems } from '../schema-problems.ts';

const claim = (fields: object) =>
  [
    'PersistentVolumeClaimSpec',
    { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...fields },
  ] as const;
const tls = { signerName: 'example.com/a', keyType: 'ED25519', keyPath: 'key' };
const projected = (...sources: object[]) => ['ProjectedVolumeSource', { sources }] as const;

test.each<[problem: string, what: readonly [type: string, value: unknown]]>([
  [
    'x.recursiveReadOnly needs readOnly: true',
    ['VolumeMount', { name: 'a', mountPath: '/a', recursiveReadOnly: 'Enabled' }],
  ],
  ['x.accessModes is missing', claim({ accessModes: [] })],
  [
    'x.accessModes can have ReadWriteOncePod alone only',
    claim({ accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] }),
  ],
  ['x.resources.requests.storage is missing', claim({ resources: {} })],
  [
    'x.sources make the file a twice',
    projected(
      { secret: { name: 'a', items: [{ key: 'k', path: 'a' }] } },
      { serviceAccountToken: { path: 'a' } },
    ),
  ],
  ['x.keyType must be one of RSA3072', ['PodCertificateProjection', { ...tls, keyType: 'RSA' }]],
  [
    'x needs credentialBundlePath, keyPath or certificateChainPath',
    ['PodCertificateProjection', { ...tls, keyPath: undefined }],
  ],
  [
    'x has name and signerName, and can have one only',
    ['ClusterTrustBundleProjection', { path: 'a', name: 'a', signerName: 'b' }],
  ],
])('reports: %s', (problem, [type, value]) => {
  expect(schemaProblems(type, value)).toEqual([expect.stringContaining(problem)]);
});
