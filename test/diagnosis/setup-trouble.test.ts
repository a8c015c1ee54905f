import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../src/cluster/cluster.ts';
import {
  explainSetupTrouble,
  isBeforeContainers,
  readSetupTrouble,
} from '../../src/diagnosis/setup-trouble.ts';
import { pendingPod } from '../stage/pod-fixture.ts';

const event = (reason: string, message: string, type: ClusterEvent['type'] = 'Warning'): ClusterEvent => ({
  uid: reason,
  type,
  reason,
  message,
});

describe('readSetupTrouble', () => {
  it.each([
    ['template', 'FailedMount', 'MountVolume.SetUp failed for volume "ca" : secret "ca-bundle" not found'],
    ['template', 'FailedMount', 'MountVolume.SetUp failed for volume "ca" : configmap "ca-bundle" not found'],
    [
      'template',
      'FailedMount',
      'MountVolume.SetUp failed for volume "ca" : references non-existent secret key: ca.crt',
    ],
    [
      'template',
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "gvisor" is configured',
    ],
    [
      'template',
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to find runtime handler kata from runtime list map[crun:{}]',
    ],
    [
      'volume',
      'FailedMount',
      'Unable to attach or mount volumes: unmounted volumes=[cache], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition',
    ],
    ['volume', 'FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"'],
    ['node', 'FailedCreatePodSandBox', 'plugin type="calico" failed (add): connection is unauthorized'],
    [
      'node',
      'NetworkNotReady',
      'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized',
    ],
    [
      'node',
      'FailedPrepareDynamicResources',
      'Failed to prepare dynamic resources: prepare dynamic resources: no such driver',
    ],
  ] as const)('knows %s: %s: %s', (kind, reason, message) => {
    expect(readSetupTrouble(event(reason, message))).toEqual({ message: `${reason}: ${message}`, kind });
  });

  it.each([
    ['an event of a container', event('Failed', 'Error: secret "x" not found')],
    ['a pull secret that is missing, which may not matter', event('FailedToRetrieveImagePullSecret', 'x')],
    ['an ordinary event', event('FailedMount', 'mounted at last', 'Normal')],
  ])('leaves %s to others', (_, said) => {
    expect(readSetupTrouble(said)).toBeNull();
  });

  it('lets no control character through', () => {
    expect(readSetupTrouble(event('FailedMount', 'a\u001b[2J\r\n\u202e'))?.message).toBe(
      'FailedMount: a?[2J? ?',
    );
  });
});

describe('isBeforeContainers', () => {
  it.each([
    [true, [{ type: 'PodReadyToStartContainers', status: 'False' }]],
    [false, [{ type: 'PodReadyToStartContainers', status: 'True' }]],
    [false, [{ type: 'Ready', status: 'False' }]],
    [false, undefined],
  ] as const)('says %s for %j', (expected, conditions) => {
    expect(isBeforeContainers(pendingPod(conditions ? { conditions } : {}))).toBe(expected);
  });
});

describe('explainSetupTrouble', () => {
  it.each([
    ['template', 'Operators: `pod_template` names something that the namespace or the node does not have.'],
    [
      'volume',
      'Retry the job. Operators: check the volumes of `pod_template`, the storage of `lasting_workspaces`, and the node node-7.',
    ],
    ['node', 'Retry the job. Operators: look at the container runtime and the network of the node node-7.'],
  ] as const)('says what to do about %s', (kind, advice) => {
    expect(explainSetupTrouble({ kind, message: 'FailedMount: no.' }, pendingPod())).toMatchObject({
      name: 'SystemFailure',
      code: 'not-ready',
      message: `The node cannot prepare the job's pod: FailedMount: no. ${advice}`,
    });
  });
});
