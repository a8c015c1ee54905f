import { describe, expect, it } from 'vitest';
import { explainNamespaceRefusal, unproven } from '../../src/diagnosis/explain-namespace.ts';

describe('unproven', () => {
  it('says what was found and what a cluster needs', () => {
    expect(unproven('its uid map and gid map differ.')).toMatchObject({
      name: 'SystemFailure',
      code: 'user-namespace',
      message:
        "The job's pod has no user namespace of its own, so no job runs in it: its uid map and gid map differ. Operators: the cluster needs Kubernetes 1.30 or newer with user namespaces, containerd 2.0 or CRI-O 1.25, and Linux 6.3 on its nodes; `gitlab-pod-executor doctor --probe` finds what is missing.",
    });
  });
});

describe('explainNamespaceRefusal', () => {
  // pkg/kubelet/userns/userns_manager.go, kuberuntime_sandbox.go, containerd pkg/idtools, runc.
  const refusals = [
    [
      "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
      "the node's container runtime is too old: containerd 2.0 or CRI-O 1.25 and newer can.",
    ],
    [
      'Failed to create pod sandbox: can\'t set `spec.hostUsers: false`, RuntimeClass handler "kata" does not support user namespaces',
      'choose another RuntimeClass, or list this one under `user_namespaces: vm` if its pods are virtual machines.',
    ],
    [
      'Failed to create pod sandbox: user namespaces is not supported by the runtime',
      "the node's container runtime is too old: containerd 2.0 or CRI-O 1.25 and newer can.",
    ],
    [
      'Failed to create pod sandbox: the feature gate "UserNamespacesSupport" is disabled: can\'t set spec.HostUsers',
      'switch the feature gate UserNamespacesSupport on for the kubelet; it is on by default from Kubernetes 1.33.',
    ],
    [
      'Failed to create pod sandbox: create user namespace: could not find an empty slot to allocate a user namespace',
      'the node has no ids left for one more pod: fewer pods per node, or more ids for the kubelet.',
    ],
    [
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox container: unable to setup user: setgroups: invalid argument',
      "an id above 65535 was asked for; those do not exist in a pod's user namespace. Check `runAsUser`, `runAsGroup`, `fsGroup` of the policy.",
    ],
    [
      'failed to do idmap to get host ID: container ID 1000650000 cannot be mapped to a host ID',
      "an id above 65535 was asked for; those do not exist in a pod's user namespace. Check `runAsUser`, `runAsGroup`, `fsGroup` of the policy.",
    ],
    [
      "failed to set MOUNT_ATTR_IDMAP on /var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/data: invalid argument (maybe the filesystem used doesn't support idmap mounts on this kernel?)",
      "a volume's file system, or the node's kernel (6.3 or newer is needed), has no id-mapped mounts; NFS never has. With `lasting_workspaces`, name a StorageClass of another file system.",
    ],
    [
      'runc create failed: unable to start container process: error during container init: write to user.max_user_namespaces: no space left on device',
      'see the node requirements in docs/operator-guide.md.',
    ],
  ] as const;

  it.each(refusals)('says what mends: %s', (said, mend) => {
    expect(explainNamespaceRefusal(said)).toMatchObject({
      name: 'SystemFailure',
      code: 'user-namespace',
      message: `The node cannot run the job's pod in a user namespace of its own: ${said}. Operators: ${mend}`,
    });
  });

  it.each([
    'Failed to create pod sandbox: plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized',
    'MountVolume.SetUp failed for volume "cache" : secret "x" not found',
    'Failed to pull image "nope": not found',
    '',
  ])('leaves alone what is about something else: %s', (said) => {
    expect(explainNamespaceRefusal(said)).toBeNull();
  });

  it('lets no control character through', () => {
    expect(explainNamespaceRefusal('userns\u001b[2J\r\nsection_end:1:x')?.message).not.toMatch(
      /[\u0000-\u001f]/,
    );
  });
});
