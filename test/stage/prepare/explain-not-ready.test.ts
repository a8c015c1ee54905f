import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../src/cluster/cluster.ts';
import type { SetupTrouble } from '../../../src/diagnosis/setup-trouble.ts';
import { explainNotReady } from '../../../src/stage/prepare/explain-not-ready.ts';
import { podWith } from '../../workspace/sample-claim.ts';
import { pendingPod, podOf, unscheduled, waiting } from '../pod-fixture.ts';

const explain = (pod: Pod | null, setupTrouble: SetupTrouble | null = null) => {
  const failure = explainNotReady({
    pod,
    containers: ['build', 'helper'],
    seconds: 600,
    setupTrouble,
    pullFailure: null,
  });
  return [failure.code, failure.message];
};
const within = (why: string): string =>
  `The job's pod was not ready within 600 s (\`timeouts.ready\`): ${why}`;

describe('explainNotReady', () => {
  // @promise start: the claim of a lasting workspace gets no volume, or one that no free node reaches — the log says so while the job waits; system failure at `timeouts.ready` that names the claim and what to look at
  it('names the claim whose volume does not come, and who can say why', () => {
    const pending = pendingPod(
      unscheduled('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'),
    );
    expect(explain({ ...pending, spec: podWith('workspace-1').spec })).toEqual([
      'unschedulable',
      within(
        'its lasting workspace has no volume yet: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. Retry the job. Operators: `lasting_workspaces.storage_class` of the policy must name a StorageClass that makes volumes of `size`; without that key the cluster needs a default one (`kubectl get storageclass`). `kubectl describe pvc workspace-1` says what the provisioner answered.',
      ),
    ]);
  });

  it.each([
    [
      'no node had room',
      pendingPod(unscheduled('0/3 nodes are available: 3 Insufficient memory.')),
      'unschedulable',
      within(
        'no node has room for the pod yet: 0/3 nodes are available: 3 Insufficient memory. Retry the job. Operators: the cluster may need more room, or a node that takes this pod.',
      ),
    ],
    [
      'no node has the architecture of the helper image',
      {
        ...pendingPod(unscheduled('0/3 nodes are available.')),
        spec: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } },
      },
      'unschedulable',
      within(
        'no node has room for the pod yet: 0/3 nodes are available. Retry the job. Operators: the cluster may need more room, or a node that takes this pod. It goes to nodes of amd64 only: for others, name theirs as `kubernetes.io/arch` in `pod_template.spec.nodeSelector`.',
      ),
    ],
    [
      'containers are still made',
      pendingPod(),
      'not-ready',
      within('its containers are still being made. Retry the job. Operators: look at the node node-7.'),
    ],
    [
      'nobody knows',
      null,
      'not-ready',
      within("its containers are still being made. Retry the job. Operators: look at the pod's node."),
    ],
    [
      'a node under load went on trying',
      podOf({ build: waiting('CreateContainerError', 'context deadline exceeded') }),
      'not-ready',
      within(
        'build: CreateContainerError (context deadline exceeded). Retry the job. Operators: look at the node node-7.',
      ),
    ],
    [
      'a hook of the kubelet failed',
      podOf({ build: waiting('PreStartHookError', 'not enough cpus') }),
      'not-ready',
      within(
        'build: PreStartHookError (not enough cpus). Retry the job. Operators: look at the node node-7: its kubelet could not give the container the processors, memory or devices that it asks for.',
      ),
    ],
    [
      'an image did not come',
      podOf({ build: waiting('ImagePullBackOff', 'Back-off pulling image "ruby:3.4"') }),
      'image-registry',
      'The image docker.io/library/ruby:3.4 of the build container could not be pulled, because its registry did not answer as it should. The registry or node said: Back-off pulling image "ruby:3.4". Retry the job later. Operators: look at the registry and at the way to it.',
    ],
    [
      'an image came to be missing at the last moment',
      podOf({ build: waiting('ErrImagePull', 'manifest unknown') }),
      'image-registry',
      'The image docker.io/library/ruby:3.4 of the build container does not exist. The registry or node said: manifest unknown. Check its name and tag for typing errors.',
    ],
  ] as const)('says it when %s', (_, pod, code, message) => {
    expect(explain(pod)).toEqual([code, message]);
  });

  it.each([
    ['node', 'look at the container runtime and the network of the node node-7.'],
    [
      'volume',
      'check the volumes of `pod_template`, the storage of `lasting_workspaces`, and the node node-7.',
    ],
  ] as const)("quotes the node's last warning about what comes before containers: %s", (kind, advice) => {
    const said = 'NetworkNotReady: network is not ready: cni plugin not initialized';
    expect(explain(pendingPod(), { kind, message: said })).toEqual([
      'not-ready',
      within(
        `its containers are still being made; the node's last warning was ${said}. Retry the job. Operators: ${advice}`,
      ),
    ]);
  });

  it('prefers what the status says', () => {
    expect(
      explain(podOf({ build: waiting('NewReason') }), { kind: 'node', message: 'NetworkNotReady: x' })[1],
    ).toBe(within('build: NewReason. Retry the job. Operators: look at the node node-7.'));
  });
});
