import { expect, test } from 'vitest';
import { checkMetadata } from '../../../../src/pod/template/check/check-metadata.ts';
import { formatKeyPath } from '../../../../src/policy/problem.ts';

const check = (metadata: unknown): string[] =>
  checkMetadata(metadata, ['m']).map(({ path, message }) => `${formatKeyPath(path)} ${message}`);

test.each<[metadata: object, problem: RegExp]>([
  [
    { labels: { 'gitlab-pod-executor/instance': 'x' } },
    /^m\.labels\.gitlab-pod-executor\/instance is the executor's/,
  ],
  [{ annotations: { 'app.kubernetes.io/managed-by': 'x' } }, /managed-by is the executor's/],
  [
    { annotations: { 'container.apparmor.security.beta.kubernetes.io/build': 'unconfined' } },
    /is the old way to write a security field\. .*an enforced security field holds/,
  ],
  [{ annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' } }, /is the old way/],
  [{ annotations: { 'io.kubernetes.cri-o.userns-mode': 'host' } }, /hostUsers is false for every job/],
  [
    { annotations: { 'kubernetes.io/config.mirror': 'x' } },
    /^m\.annotations\.kubernetes\.io\/config\.mirror marks a pod/,
  ],
  [{ annotations: { note: 'x'.repeat(200_000) } }, /^m\.annotations has 200011 characters/],
])('refuses the metadata %j', (metadata, problem) =>
  expect(check(metadata)).toEqual([expect.stringMatching(problem)]),
);

test.each([undefined, 5, {}, { labels: 5 }, { annotations: { 'example.com/cost': 'low', note: '' } }])(
  'has nothing to say about %j',
  (metadata) => expect(check(metadata)).toEqual([]),
);
