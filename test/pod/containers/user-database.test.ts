import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxId } from '../../../src/layout/ids.ts';
import { checkPodTemplate } from '../../../src/pod/check-template.ts';
import type { PodManifest, VolumeMount } from '../../../src/pod/manifest.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import {
  admittedImage,
  admittedJob,
  admittedService,
  containerOf,
  podOf,
  samplePolicy,
} from '../sample-job.ts';

const asRoot: Policy = {
  ...samplePolicy,
  default_security_context: { runAsNonRoot: false },
  enforced_security_context: {},
};

const podAs = (uid: number, gid: number | null, policy: Policy = asRoot): PodManifest => {
  const user = { uid, gid, key: 'image:kubernetes:user' };
  const services = [admittedService('redis:8', { user })];
  return podOf({ admitted: admittedJob({ build: admittedImage('ruby', { user }), services }), policy });
};

const linesOf = (pod: PodManifest, file: 'passwd' | 'group'): string[] => {
  const { annotations } = pod['metadata'] as { annotations: Record<string, string> };
  return (annotations[`gitlab-pod-executor/${file}`] ?? '').split('\n');
};

const mountsOf = (pod: PodManifest, name: string): VolumeMount[] =>
  ((containerOf(pod, name)['volumeMounts'] ?? []) as VolumeMount[]).filter(({ mountPath }) =>
    mountPath.startsWith('/etc/'),
  );

const homeOf = (pod: PodManifest, name: string): string | undefined =>
  ((containerOf(pod, name)['env'] ?? []) as { name: string; value: string }[]).find(
    (each) => each.name === 'HOME',
  )?.value;

describe('the files', () => {
  test('begin with the user of the job, whose home is $HOME', () => {
    const pod = podOf();

    expect(linesOf(pod, 'passwd')[0]).toBe(`job:x:1000:1000:job:${String(homeOf(pod, 'build'))}:/bin/sh`);
    expect(linesOf(pod, 'group')[0]).toBe('job:x:1000:');
  });

  test('have every line whole, each name once, and nothing of the job but its two numbers', () => {
    const id = fc.integer({ min: 0, max: maxId });
    fc.assert(
      fc.property(id, id, (uid, gid) => {
        const passwd = linesOf(podAs(uid, gid), 'passwd').slice(0, -1);
        const group = linesOf(podAs(uid, gid), 'group').slice(0, -1);

        expect(passwd.filter((line) => !/^[\w-]+:x:\d+:\d+:[\w-]+:\/[\w./-]*:\/[\w/]+$/.test(line))).toEqual(
          [],
        );
        expect(group.filter((line) => !/^[\w-]+:x:\d+:$/.test(line))).toEqual([]);
        for (const lines of [passwd, group]) {
          const names = lines.map((line) => line.split(':')[0]);
          expect(new Set(names).size).toBe(names.length);
          expect(names).toContain('root');
        }
        expect(passwd[0]).toContain(`:x:${uid}:${gid}:`);
        expect(group[0]).toContain(`:x:${gid}:`);
        const others = (pod: PodManifest) => [
          linesOf(pod, 'passwd').slice(1),
          linesOf(pod, 'group').slice(1),
        ];
        if (uid > 0 && gid > 0) expect(others(podAs(uid, gid))).toEqual(others(podAs(1000, 1000)));
      }),
      { numRuns: 50 },
    );
  });

  test('fit into an annotation beside everything else', () => {
    expect(linesOf(podOf(), 'passwd').join('\n').length).toBeLessThan(4096);
    expect(linesOf(podOf(), 'group').join('\n').length).toBeLessThan(4096);
  });
});

describe('the mounts', () => {
  const both = ['/etc/passwd', '/etc/group'];

  test('cover build and helper, read-only, and no service', () => {
    const pod = podAs(1000, null);

    for (const name of ['build', 'helper']) {
      expect(mountsOf(pod, name).map(({ mountPath }) => mountPath)).toEqual(both);
      expect(mountsOf(pod, name).every(({ readOnly }) => readOnly === true)).toBe(true);
    }
    expect(mountsOf(pod, 'svc-0')).toEqual([]);
  });

  test('leave the image its own for root, whom each image knows, and whose useradd replaces them', () => {
    const pod = podAs(0, null);

    expect(mountsOf(pod, 'build')).toEqual([]);
    expect(mountsOf(pod, 'helper').map(({ mountPath }) => mountPath)).toEqual(both);
    expect(linesOf(pod, 'passwd')[0]).toBe(`root:x:0:0:root:${String(homeOf(pod, 'helper'))}:/bin/sh`);
  });

  test('leave the image its own where the operator says so', () => {
    const pod = podOf({ policy: { ...samplePolicy, user_database: 'image' } });

    expect(mountsOf(pod, 'build')).toEqual([]);
    expect(homeOf(pod, 'build')).toBe('/.gitlab-pod-executor/home');
  });

  test("give way to what an operator's template has there", () => {
    const mounted = (mountPath: string): PodManifest =>
      podOf({
        policy: {
          ...samplePolicy,
          pod_template: {
            spec: {
              volumes: [{ name: 'own', configMap: { name: 'own' } }],
              containers: [{ name: 'build', volumeMounts: [{ name: 'own', mountPath, readOnly: true }] }],
            },
          },
        },
      });

    expect(mountsOf(mounted('/etc/passwd'), 'build')).toEqual([
      { name: 'user-database', mountPath: '/etc/group', subPath: 'group', readOnly: true },
      { name: 'own', mountPath: '/etc/passwd', readOnly: true },
    ]);
    expect(mountsOf(mounted('/etc/'), 'build').map(({ name }) => name)).toEqual(['own']);
  });

  test('come from a volume that no template replaces', () => {
    const volume = (name: string) => checkPodTemplate({ spec: { volumes: [{ name, emptyDir: {} }] } });

    expect(volume('user-database').map(({ message }) => message)).toEqual([
      "is the name of one of the executor's own volumes. Choose another",
    ]);
    expect(volume('user-databases')).toEqual([]);
  });
});

describe('$HOME', () => {
  test('has the value of the image for root, where root can write', () => {
    expect(homeOf(podAs(0, null), 'build')).toBeUndefined();
    expect(homeOf(podAs(1000, null), 'build')).toBe('/.gitlab-pod-executor/home');
    const readOnly = { ...asRoot, enforced_security_context: { readOnlyRootFilesystem: true } };
    expect(homeOf(podAs(0, null, readOnly), 'build')).toBe('/.gitlab-pod-executor/home');
  });
});
