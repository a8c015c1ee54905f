import { describe, expect, it } from 'vitest';
import {
  isWorkspaceInPod,
  workspaceMounts,
  workspaceVolumes,
} from '../../../src/pod/containers/workspace.ts';

const claim = { name: 'claim', persistentVolumeClaim: { claimName: 'x' } };

function podSpec({ volumes = workspaceVolumes, build = workspaceMounts, helper = workspaceMounts } = {}) {
  return {
    volumes,
    containers: [
      { name: 'build', volumeMounts: build },
      { name: 'helper', volumeMounts: helper },
      { name: 'svc-0', volumeMounts: [{ name: 'claim', mountPath: '/builds' }] },
    ],
  };
}

describe('isWorkspaceInPod', () => {
  it('knows the workspace that every job has', () => {
    expect(isWorkspaceInPod(podSpec())).toBe(true);
  });

  it.each([
    ['another emptyDir', { volumes: [{ name: 'workspace', emptyDir: { medium: 'Memory' } }] }],
    [
      'a claim for the cache alone',
      { volumes: [...workspaceVolumes.slice(0, 1), { ...claim, name: 'cache' }] },
    ],
    [
      'a claim beside it',
      {
        volumes: [...workspaceVolumes, claim],
        helper: [...workspaceMounts, { name: 'claim', mountPath: '/builds2' }],
      },
    ],
  ])('accepts %s', (_, changes) => {
    expect(isWorkspaceInPod(podSpec(changes))).toBe(true);
  });

  const below = [...workspaceMounts, { name: 'claim', mountPath: '/builds/group' }];
  const withSlash = [{ name: 'claim', mountPath: '/builds/' }];

  it.each<[string, Parameters<typeof podSpec>[0]]>([
    ['a claim in its place', { volumes: [{ ...claim, name: 'workspace' }] }],
    ['a volume that is not there', { volumes: [] }],
    ['a claim below it, in build', { volumes: [...workspaceVolumes, claim], build: below }],
    ['a claim below it, in the helper', { volumes: [...workspaceVolumes, claim], helper: below }],
    ['no mount for it, in build', { build: [] }],
    ['no mount for it, in the helper', { helper: [] }],
    ['a claim spelt with a slash', { volumes: [...workspaceVolumes, claim], helper: withSlash }],
  ])('sees that something may outlive the pod: %s', (_, changes) => {
    expect(isWorkspaceInPod(podSpec(changes))).toBe(false);
  });

  it.each([{}, { containers: [] }, { containers: [{ name: 'helper' }], volumes: [] }])(
    'takes what it cannot read for a workspace that lives on: %o',
    (spec) => {
      expect(isWorkspaceInPod(spec)).toBe(false);
    },
  );
});
