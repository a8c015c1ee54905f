// The ready policies, as far as they can be tried without a cluster: they load, and their pods meet the label they name.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { applyProfile } from '../../src/pod/apply-profile.ts';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import { shippedDefaultContext, shippedEnforcedContext } from '../../src/policy/schema/security-schema.ts';
import { checkPodSecurity } from '../../src/security/pod-security.ts';
import { admittedImage, admittedJob, admittedService, containerOf, podOf } from '../pod/sample-job.ts';

function shipped(name: string): {
  policy: ReturnType<typeof readPolicy>['policy'];
  text: string;
  notes: readonly string[];
} {
  const file = `config/policies/${name}.yaml`;
  const text = readFileSync(file, 'utf8');
  return { ...readPolicy({ text, file, checks: [checkPodPolicy] }), text };
}

const labelOf = (text: string): string | undefined =>
  /pod-security\.kubernetes\.io\/enforce=(\w+)/.exec(text)?.[1];

const services = [admittedService('postgres:17'), admittedService('redis:8')];

describe('strict', () => {
  const { policy, text } = shipped('strict');

  test('the policy strict is what is shipped, written out', () => {
    expect(policy.default_security_context).toEqual(shippedDefaultContext);
    expect(policy.enforced_security_context).toEqual(shippedEnforcedContext);
    expect(policy.user_namespaces).toEqual({ mode: 'required' });
  });

  test('makes pods for the label that it names, in every policy version', () => {
    const pod = podOf({ policy, admitted: admittedJob({ services }) });

    expect(labelOf(text)).toBe('restricted');
    for (const version of ['v1.25', 'v1.29', 'v1.34', 'latest'] as const) {
      expect(checkPodSecurity(pod, 'restricted', version)).toEqual([]);
    }
  });
});

describe('root-in-user-namespace', () => {
  const { policy, text } = shipped('root-in-user-namespace');
  const pod = podOf({ policy, admitted: admittedJob({ services }) });

  test('the policy makes pods for the label that it names, and not for a stricter one', () => {
    expect(labelOf(text)).toBe('baseline');
    expect(checkPodSecurity(pod, 'baseline')).toEqual([]);
    expect(checkPodSecurity(pod, 'restricted').map(({ check }) => check)).toEqual([
      'capabilities_restricted',
    ]);
  });

  test('the policy makes build and helper root, and services what their images say', () => {
    expect(containerOf(pod, 'build')['securityContext']).toMatchObject({ runAsUser: 0, runAsGroup: 0 });
    expect(containerOf(pod, 'helper')['securityContext']).toMatchObject({ runAsUser: 0, runAsGroup: 0 });
    expect(containerOf(pod, 'svc-0')['securityContext']).not.toHaveProperty('runAsUser');
  });

  test('the policy lets an author ask for an ordinary user', () => {
    const build = admittedImage('node:22', { user: { uid: 1000, gid: null, key: 'image:kubernetes:user' } });

    const ordinary = podOf({ policy, admitted: admittedJob({ build }) });

    expect(containerOf(ordinary, 'build')['securityContext']).toMatchObject({ runAsUser: 1000 });
    expect(containerOf(ordinary, 'helper')['securityContext']).toMatchObject({ runAsUser: 1000 });
  });

  test('the policy asks for the proof of the user namespace that it rests on', () => {
    expect(policy.user_namespaces).toEqual({ mode: 'required' });
  });

  test('the policy grants no more than a runtime does by default, and not NET_RAW', () => {
    expect(containerOf(pod, 'build')['securityContext']).toMatchObject({
      privileged: false,
      allowPrivilegeEscalation: false,
      capabilities: {
        add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SYS_CHROOT'],
        drop: ['ALL'],
      },
    });
  });
});

describe('image-build', () => {
  const { policy, text } = shipped('image-build');
  const podWith = (profile: string) =>
    podOf({ policy: applyProfile(policy, profile), admitted: admittedJob({ services }) });
  const plain = podOf({ policy, admitted: admittedJob({ services }) });
  const contextOf = (pod: ReturnType<typeof podOf>, name: string) =>
    containerOf(pod, name)['securityContext'];

  test.each(['image-build', 'kaniko'])('%s makes pods for the label that the policy names', (profile) => {
    expect(labelOf(text)).toBe('baseline');
    expect(checkPodSecurity(podWith(profile), 'baseline')).toEqual([]);
    expect(checkPodSecurity(podWith(profile), 'restricted').map(({ check }) => check)).toContain(
      'capabilities_restricted',
    );
  });

  test('a job without a profile is as in the policy strict', () => {
    expect(plain).toEqual(podOf({ policy: shipped('strict').policy, admitted: admittedJob({ services }) }));
  });

  test('the profiles loosen the build container, and leave the others as they are but for the user', () => {
    const asRoot = { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false };
    for (const profile of ['image-build', 'kaniko']) {
      const pod = podWith(profile);
      for (const name of ['svc-0', 'svc-1']) expect(contextOf(pod, name)).toEqual(contextOf(plain, name));
      expect(contextOf(pod, 'helper')).toEqual({ ...(contextOf(plain, 'helper') as object), ...asRoot });
      expect(contextOf(pod, 'build')).toMatchObject({
        ...asRoot,
        privileged: false,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('the build of the profile has three capabilities, and a filter that the nodes get', () => {
    expect(contextOf(podWith('image-build'), 'build')).toMatchObject({
      capabilities: { add: ['SETFCAP', 'SETGID', 'SETUID'] },
      seccompProfile: { type: 'Localhost', localhostProfile: 'gitlab-pod-executor/image-build.json' },
    });
    expect(contextOf(podWith('kaniko'), 'build')).toMatchObject({
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('the rules give nothing to refs that are not protected', () => {
    expect(policy.rules.map(({ when }) => when.protected_ref)).toEqual([true, true]);
    expect(new Set(policy.rules.map(({ profile }) => profile))).toEqual(
      new Set(Object.keys(policy.profiles)),
    );
  });
});
