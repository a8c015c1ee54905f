import { expect, test } from 'vitest';
import { checkVolumes } from '../../../../src/pod/template/check/check-volumes.ts';
import { viewTemplate } from '../../../../src/pod/template/template-view.ts';
import { formatKeyPath } from '../../../../src/policy/problem.ts';

const check = (...volumes: object[]): string[] =>
  checkVolumes(viewTemplate({ spec: { volumes } })).map(({ path, message }) =>
    `${formatKeyPath(path.slice(4))} ${message}`.trim(),
  );

test.each<[volume: object, problem: RegExp]>([
  [{ name: 'h', hostPath: { path: '/' } }, /^hostPath is refused whatever the namespace allows/],
  [{ name: 'h', flexVolume: { driver: 'x' } }, /^flexVolume runs a program of the node/],
  [{ name: 'h', nfs: {} }, /^nfs is mounted by the node's own drivers/],
  [
    { name: 'control-build', emptyDir: {} },
    /^name is the name of one of the executor's own volumes.*a file of ours/,
  ],
  [{ name: 'control-new' }, /^name is the name of one of the executor's own volumes/],
  [{ name: 'tmp-svc-12', emptyDir: {} }, /^name is the name of one of the executor's own volumes/],
  [
    { name: 'workspace', persistentVolumeClaim: { claimName: 'x' } },
    /^persistentVolumeClaim cannot take the place of workspace/,
  ],
  [
    { name: 'cache', persistentVolumeClaim: { claimName: 'x' } },
    /^persistentVolumeClaim cannot take the place of cache/,
  ],
  [{ name: 'cache', csi: { driver: 'x' } }, /^csi cannot take the place of cache/],
  [
    { name: 'a', emptyDir: {}, secret: { secretName: 'x' } },
    /emptyDir and secret, and can be of one kind only/,
  ],
])('refuses %j: %s', (volume, problem) => expect(check(volume)).toEqual([expect.stringMatching(problem)]));

test.each([
  { name: 'workspace', emptyDir: { sizeLimit: '5Gi' } },
  { name: 'workspace', ephemeral: {} },
  { name: 'cache' },
  { name: 'tmp-mine', persistentVolumeClaim: { claimName: 'x' } },
])('has nothing to say about %j', (volume) => expect(check(volume)).toEqual([]));
