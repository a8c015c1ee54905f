import { expect, test } from 'vitest';
import { controlMount, controlVolume, isControlVolume } from '../../../src/pod/containers/control-volume.ts';
import { workspaceMounts, workspaceVolumes } from '../../../src/pod/containers/workspace.ts';
import { admittedJob, admittedService, podOf, specOf } from '../sample-job.ts';

test('has room for a log up to its limit, for scripts and for HOME', () => {
  const small = controlVolume('build', 1024 ** 2);
  const large = controlVolume('build', 1024 ** 3);

  expect(small).toEqual({ name: 'control-build', emptyDir: { sizeLimit: '4609Mi' } });
  expect(large).toEqual({ name: 'control-build', emptyDir: { sizeLimit: '5632Mi' } });
});

test('rounds a limit up that is no whole mebibyte', () => {
  expect(controlVolume('helper', 1)).toEqual({ name: 'control-helper', emptyDir: { sizeLimit: '1025Mi' } });
});

test('mounts each control volume in one container only', () => {
  const pod = podOf({ admitted: admittedJob({ services: [admittedService('redis:8')] }) });

  const mounted = specOf(pod).containers.flatMap(({ name, volumeMounts }) =>
    ((volumeMounts ?? []) as { name: string }[])
      .filter((mount) => isControlVolume(mount.name))
      .map((mount) => `${mount.name} in ${name}`),
  );

  expect(mounted).toEqual(['control-build in build', 'control-helper in helper']);
  expect(controlMount('build').mountPath).toBe(controlMount('helper').mountPath);
});

test('the workspace and the cache are mounted at the directories that are worked in', () => {
  expect(workspaceMounts.map(({ mountPath }) => mountPath)).toEqual(['/builds', '/cache']);
  expect(workspaceMounts.map(({ name }) => name)).toEqual(workspaceVolumes.map(({ name }) => name));
});
