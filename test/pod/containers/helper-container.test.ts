import { expect, test } from 'vitest';
import { makeHelperContainer } from '../../../src/pod/containers/helper-container.ts';
import { temporaryMount, temporaryVolume } from '../../../src/pod/containers/temporary-directory.ts';
import { admittedJob, containerOf, podOf, samplePolicy } from '../sample-job.ts';

const parts = {
  admitted: admittedJob(),
  policy: samplePolicy,
  contextOf: () => ({}),
  random: 'k7m2qx4d',
  now: new Date(0),
  pullSecrets: [],
  pullAttempts: {},
  claim: null,
  digests: new Map(),
};

test('tells the helper whether it must prove its user namespace', () => {
  const lastWord = (proof: 'prove' | 'skip') =>
    (makeHelperContainer({ ...parts, proof })['command'] as string[]).at(-1);

  expect(lastWord('prove')).toBe('prove');
  expect(lastWord('skip')).toBe('skip');
});

test("leaves its last words where the pod's status shows them", () => {
  expect(makeHelperContainer({ ...parts, proof: 'prove' })['terminationMessagePolicy']).toBe(
    'FallbackToLogsOnError',
  );
});

test('shares what can be written with build only in the workspace and the cache', () => {
  const mountsOf = (name: string) =>
    (containerOf(podOf(), name)['volumeMounts'] as { name: string; readOnly?: boolean }[])
      .filter(({ readOnly }) => readOnly !== true)
      .map((mount) => mount.name);

  expect(mountsOf('build').filter((name) => mountsOf('helper').includes(name))).toEqual([
    'workspace',
    'cache',
  ]);
});

test('gets a /tmp of its own for a read-only root only', () => {
  const readOnly = { readOnlyRootFilesystem: true };

  expect(temporaryMount('helper', readOnly)).toEqual([{ name: 'tmp-helper', mountPath: '/tmp' }]);
  expect(temporaryVolume('helper', readOnly)).toEqual([{ name: 'tmp-helper', emptyDir: {} }]);
  expect(temporaryMount('helper', { readOnlyRootFilesystem: false })).toEqual([]);
  expect(temporaryVolume('helper', {})).toEqual([]);
});
