// Why a pod has no user namespace of its own, and what fixes it.

import { maxId } from '../layout/ids.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { sentence } from '../text/sentence.ts';

/** @param why ends with a full stop */
export function unproven(why: string): SystemFailure {
  return new SystemFailure('user-namespace', {
    what: `The job's pod has no user namespace of its own, so no job runs in it: ${why}`,
    operator:
      'the cluster needs Kubernetes 1.30 or newer with user namespaces, containerd 2.0 or CRI-O 1.25, and Linux 6.3 on its nodes; `gitlab-pod-executor doctor --probe` finds what is missing.',
  });
}

/** What kubelets and runtimes say (Kubernetes: pkg/kubelet/userns; containerd: pkg/idtools), and what fixes it. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /RuntimeClass handler .* does not support user namespaces/i,
    'choose another RuntimeClass, or list this one under `user_namespaces: vm` if its pods are virtual machines.',
  ],
  [
    /user namespaces is not supported by the runtime|runtime does not support user namespaces/i,
    "the node's container runtime is too old: containerd 2.0 or CRI-O 1.25 and newer can.",
  ],
  [
    /feature gate "UserNamespacesSupport" is disabled/i,
    'switch the feature gate UserNamespacesSupport on for the kubelet; it is on by default from Kubernetes 1.33.',
  ],
  [
    /could not find an empty slot to allocate a user namespace/i,
    'the node has no ids left for one more pod: fewer pods per node, or more ids for the kubelet.',
  ],
  [
    /setgroups: invalid argument|cannot be mapped to a host ID/i,
    `an id above ${maxId} was asked for; those do not exist in a pod's user namespace. Check \`runAsUser\`, \`runAsGroup\`, \`fsGroup\` of the policy.`,
  ],
  [
    /MOUNT_ATTR_IDMAP|idmap/i,
    "a volume's file system, or the node's kernel (6.3 or newer is needed), has no id-mapped mounts; NFS never has. With `lasting_workspaces`, name a StorageClass of another file system.",
  ],
  [/user namespace|userns|max_user_namespaces/i, 'see the node requirements in docs/operator-guide.md.'],
];

/** Events that name a cluster which cannot give user namespaces; the pod would wait forever. null: it is about something else. */
export function explainNamespaceRefusal(message: string): SystemFailure | null {
  const text = plainLine(message);
  const remedy = remedies.find(([pattern]) => pattern.test(text));
  if (!remedy) return null;
  return new SystemFailure('user-namespace', {
    what: sentence(`The node cannot run the job's pod in a user namespace of its own: ${text}`),
    operator: remedy[1],
  });
}
