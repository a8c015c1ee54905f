import { describe, expect, it } from 'vitest';
import { attackSuite, ownJobId, podsOf } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('pod_template opens no door');

const container = (name: string, fields: object) => ({ spec: { containers: [{ name, ...fields }] } });
const volume = (fields: object) => ({ spec: { volumes: [{ name: 'more', ...fields }] } });

describe.skipIf(reason).concurrent('pod_template opens no door', () => {
  it.each<[string, object, RegExp]>([
    ['privileged', container('build', { securityContext: { privileged: true } }), /privileged/],
    [
      'privileged in a container of its own',
      container('extra', { image: 'busybox', securityContext: { privileged: true } }),
      /privileged/,
    ],
    ['hostPath', volume({ hostPath: { path: '/' } }), /spec\.volumes\.0\.hostPath|volumes\[0\]\.hostPath/],
    ['hostNetwork', { spec: { hostNetwork: true } }, /hostNetwork/],
    ['hostPID', { spec: { hostPID: true } }, /hostPID/],
    ['hostIPC', { spec: { hostIPC: true } }, /hostIPC/],
    ['hostUsers', { spec: { hostUsers: true } }, /hostUsers/],
    ['shareProcessNamespace', { spec: { shareProcessNamespace: true } }, /shareProcessNamespace/],
    [
      'a service account token',
      { spec: { automountServiceAccountToken: true } },
      /automountServiceAccountToken/,
    ],
    ['another command for the helper', container('helper', { command: ['sleep', '1'] }), /command/],
    ['other arguments for the build container', container('build', { args: ['x'] }), /args/],
    ['another image for the helper', container('helper', { image: 'evil' }), /image/],
    ['another user for the helper', container('helper', { securityContext: { runAsUser: 7 } }), /runAsUser/],
    [
      "the build container's control volume in another",
      container('extra', { image: 'busybox', volumeMounts: [{ name: 'control-build', mountPath: '/x' }] }),
      /control volume/,
    ],
    [
      'a mount over the control directory',
      container('helper', {
        volumeMounts: [{ name: 'workspace', mountPath: '/x/../.gitlab-pod-executor/bin' }],
      }),
      /\.gitlab-pod-executor/,
    ],
    [
      'another control volume',
      { spec: { volumes: [{ name: 'control-helper', emptyDir: {} }] } },
      /control-helper|own volumes/,
    ],
    [
      'an own init container under our name',
      { spec: { initContainers: [{ name: 'init-user-namespace', command: ['true'] }] } },
      /command/,
    ],
    ['a node by name', { spec: { nodeName: 'node' } }, /nodeName/],
    ['a directive of kubectl', { spec: { containers: [{ name: 'helper', $patch: 'delete' }] } }, /\$patch/],
  ])('%s is an error at load that names the key, and no pod is made', async (_, template, key) => {
    const id = ownJobId();
    const result = await cluster().run({ id, script: ['true'] }, { policy: { pod_template: template } });
    expect(result).toMatchObject({ state: 'failed', failureReason: 'runner_system_failure' });
    expect(result.readableTrace).toMatch(/policy\.yaml:\d+:\d+/);
    expect(result.readableTrace).toMatch(key);
    expect(result.readableTrace).not.toContain("Starting the job's pod");
    expect(podsOf(cluster(), id)).toEqual([]);
  });
});
