import { expect, test } from 'vitest';
import { nestedWorkDirectory } from '../../../src/pod/containers/init-containers.ts';
import {
  admittedImage,
  admittedJob,
  admittedService,
  containerOf,
  podOf,
  samplePolicy,
  specOf,
} from '../sample-job.ts';

const names = (pod: ReturnType<typeof podOf>): string[] =>
  (specOf(pod).initContainers ?? []).map(({ name }) => name);

const workingIn = (workingDir: string, more: object = {}) => ({
  ...samplePolicy,
  pod_template: { spec: { containers: [{ name: 'build', workingDir, ...more }] } },
});

test('the default pod has no init container', () => {
  expect(names(podOf())).toEqual([]);
});

test('makes a work directory that lies inside a volume, as the same user, with the least of everything', () => {
  const build = admittedImage('node:22', { user: { uid: 2000, gid: null, key: 'image:kubernetes:user' } });

  const pod = podOf({ admitted: admittedJob({ build }), policy: workingIn('/builds/group/project/') });

  expect(names(pod)).toEqual(['init-workspace']);
  const init = containerOf(pod, 'init-workspace');
  expect(init['command']).toEqual([
    'sh',
    '-c',
    expect.any(String),
    'gitlab-pod-executor',
    '/builds/group/project',
  ]);
  expect(init['image']).toBe(containerOf(pod, 'helper')['image']);
  expect(init['volumeMounts']).toEqual([{ name: 'workspace', mountPath: '/builds' }]);
  expect(init['resources']).toEqual(samplePolicy.resources.init);
  expect(init['securityContext']).toMatchObject({
    runAsUser: 2000,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
});

test('a lasting workspace is cleared before anything of the job starts, whoever the job is, with what the helper may use', () => {
  const claim = { name: 'workspace-1', key: 'k' };
  const services = [admittedService('redis:8')];
  const shown = { ...samplePolicy, service_workspace: 'read-only' as const };
  const pod = podOf({ claim, admitted: admittedJob({ services }), policy: shown });
  expect(names(pod)).toEqual(['init-workspace']);
  const init = containerOf(pod, 'init-workspace');
  expect((init['command'] as string[]).slice(-5, -1)).toEqual([
    '/builds',
    '/cache',
    'group/project',
    'prove',
  ]);
  const folders = [
    { name: 'workspace', mountPath: '/builds', subPath: 'builds' },
    { name: 'workspace', mountPath: '/cache', subPath: 'cache' },
  ];
  expect(init['volumeMounts']).toEqual(folders);
  expect(init['resources']).toEqual(samplePolicy.resources.helper);
  for (const name of ['build', 'helper'])
    expect(containerOf(pod, name)['volumeMounts']).toEqual(expect.arrayContaining(folders));
  expect(containerOf(pod, 'svc-0')['volumeMounts']).toEqual([{ ...folders[0], readOnly: true }]);
  const nested = podOf({ claim, policy: workingIn('/builds/group/project/') });
  expect((containerOf(nested, 'init-workspace')['command'] as string[]).at(-1)).toBe('/builds/group/project');
});

test.each([
  [600, '300'],
  [3600, '300'],
  [120, '60'],
  [1, '1'],
])('clears a lasting workspace, where timeouts.ready is %i s, in %s s at most', (ready, seconds) => {
  const policy = { ...samplePolicy, timeouts: { ...samplePolicy.timeouts, ready } };
  const pod = podOf({ claim: { name: 'workspace-1', key: 'k' }, policy });
  expect((containerOf(pod, 'init-workspace')['command'] as string[]).at(-1)).toBe(seconds);
});

test('needs none where the work directory is a mount itself', () => {
  expect(names(podOf({ policy: workingIn('/builds/') }))).toEqual([]);
  expect(
    names(podOf({ policy: workingIn('/w/x', { volumeMounts: [{ name: 'big', mountPath: '/w/x' }] }) })),
  ).toEqual([]);
});

test("needs none where the work directory is the image's own", () => {
  expect(names(podOf({ policy: workingIn('/home/ci') }))).toEqual([]);
});

test('needs none for root', () => {
  const policy = {
    ...workingIn('/builds/x'),
    default_security_context: { runAsUser: 0 },
    enforced_security_context: { runAsNonRoot: false },
  };

  expect(names(podOf({ policy }))).toEqual([]);
});

test('proves the user namespace first where services start and the API server does not promise it', () => {
  const admitted = admittedJob({ services: [admittedService('redis:8')] });

  const pod = podOf({ admitted, mayIgnoreHostUsers: true, policy: workingIn('/builds/x') });

  expect(names(pod)).toEqual(['init-user-namespace', 'init-workspace']);
  expect(containerOf(pod, 'init-user-namespace')).not.toHaveProperty('volumeMounts');
});

test('proves nothing early without services, on newer clusters, or where no proof is asked for', () => {
  const admitted = admittedJob({ services: [admittedService('redis:8')] });

  expect(names(podOf({ mayIgnoreHostUsers: true }))).toEqual([]);
  expect(names(podOf({ admitted }))).toEqual([]);
  const policy = { ...samplePolicy, user_namespaces: { mode: 'unproven' } as const };
  expect(names(podOf({ admitted, policy, mayIgnoreHostUsers: true }))).toEqual([]);
});

test('tells the helper to skip the proof in a virtual machine that the policy names, and nowhere else', () => {
  const policy = {
    ...samplePolicy,
    user_namespaces: { mode: 'vm', runtime_classes: ['kata'] } as const,
  };
  const inKata = { ...policy, pod_template: { spec: { runtimeClassName: 'kata' } } };
  const proofOf = (pod: ReturnType<typeof podOf>): unknown =>
    (containerOf(pod, 'helper')['command'] as string[]).at(-1);

  expect(proofOf(podOf({ policy: inKata }))).toBe('skip');
  expect(proofOf(podOf({ policy }))).toBe('prove');
  expect(proofOf(podOf())).toBe('prove');
});

test('finds the nearest mount above a work directory', () => {
  const volumeMounts = [
    { name: 'outer', mountPath: '/a' },
    { name: 'inner', mountPath: '/a/b/' },
  ];
  const nested = (workingDir?: string) =>
    nestedWorkDirectory({ name: 'build', volumeMounts, ...(workingDir ? { workingDir } : {}) });

  expect(nested('/a/b/c/d')).toEqual({ directory: '/a/b/c/d', mount: volumeMounts[1] });
  expect(nested('/a/x')).toEqual({ directory: '/a/x', mount: volumeMounts[0] });
  expect(nested('/a/b')).toBeNull();
  expect(nested('/ab')).toBeNull();
  expect(nested('/')).toBeNull();
  expect(nested()).toBeNull();
});
