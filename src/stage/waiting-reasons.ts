// Why a pod is not ready yet, in plain words, and which of those reasons will never pass by waiting.
import type { ContainerStatus, Pod } from '../cluster/cluster.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { plainLine } from '../outcome/plain-text.ts';
import { SystemFailure } from '../outcome/system-failure.ts';

/** A container whose image did not come. */
export interface PullFailure {
  readonly container: string;
  readonly image: string;
  readonly message: string;
  readonly kind: 'not-found' | 'denied' | 'invalid-name' | 'never-pulled' | 'registry';
}

const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'ImageInspectError',
]);

/** The first container whose image did not come; null when all images are there or on their way. */
export function findPullFailure(pod: Pod): PullFailure | null {
  for (const status of containersOf(pod)) {
    const waiting = status.state?.waiting;
    if (!waiting?.reason || !pullReasons.has(waiting.reason)) continue;
    const message = plainLine(waiting.message ?? '');
    // The kubelet's back-off repeats the reason of the pull before it; its first words say nothing new.
    return {
      container: status.name,
      image: plainLine(imageOf(pod, status)),
      message,
      kind: classifyPull(waiting.reason, message),
    };
  }
  return null;
}

/** Words of containerd, CRI-O and registries; what is none of these may pass. */
function classifyPull(reason: string, message: string): PullFailure['kind'] {
  if (reason === 'InvalidImageName') return 'invalid-name';
  if (reason === 'ErrImageNeverPull') return 'never-pulled';
  if (/toomanyrequests|429|too many requests|rate limit/i.test(message)) return 'registry';
  if (
    /\b50[0-9]\b|timeout|connection (refused|reset)|no such host|i\/o|tls|unexpected EOF|request canceled|temporar/i.test(
      message,
    )
  )
    return 'registry';
  if (/denied|unauthorized|authentication required|no basic auth|\b40[13]\b|forbidden/i.test(message))
    return 'denied';
  if (/not found|manifest unknown|name unknown|does not exist|\b404\b/i.test(message)) return 'not-found';
  return 'registry';
}

/** What ends the stage when a pull failed for good, or did not pass within the deadline. */
export function explainPullFailure({
  container,
  image,
  message,
  kind,
}: PullFailure): BuildFailure | SystemFailure {
  const what = `The image ${image} of the ${container} container`;
  const said = message ? ` The registry or node said: ${message}` : '';
  switch (kind) {
    case 'not-found':
      return new BuildFailure(
        'image-pull-failed',
        `${what} does not exist. Check its name and tag for typing errors.${said}`,
      );
    case 'denied':
      return new BuildFailure(
        'image-pull-failed',
        `${what} could not be pulled: the registry refuses access, or the image does not exist. Check the name, and whether the job has credentials for it (DOCKER_AUTH_CONFIG).${said}`,
      );
    case 'invalid-name':
      return new BuildFailure(
        'image-pull-failed',
        `${what} has a name that the cluster cannot read. Check its spelling.${said}`,
      );
    case 'never-pulled':
      return new BuildFailure(
        'image-pull-failed',
        `${what} is not on the node, and the pull policy \`never\` forbids to pull it. Use another pull policy, or ask the runner's operator to put the image there.${said}`,
      );
    case 'registry':
      return new SystemFailure(
        'image-registry',
        `${what} could not be pulled, because its registry did not answer as it should. Retry the job later; operators: look at the registry and at the way to it.${said}`,
      );
  }
}

/** Reasons of a container that no waiting mends, other than its image. */
export function explainStartFailure(pod: Pod): BuildFailure | SystemFailure | null {
  for (const status of containersOf(pod)) {
    const waiting = status.state?.waiting;
    const ended = status.state?.terminated;
    const message = plainLine(waiting?.message ?? ended?.message ?? '');
    const reason = waiting?.reason ?? ended?.reason ?? '';
    if (
      reason === 'CreateContainerConfigError' ||
      reason === 'CreateContainerError' ||
      reason === 'RunContainerError' ||
      reason === 'StartError' ||
      reason === 'ContainerCannotRun'
    ) {
      return explainStart(status.name, reason, message);
    }
  }
  return null;
}

function explainStart(container: string, reason: string, message: string): BuildFailure | SystemFailure {
  if (
    /executable file not found|no such file or directory/.test(message) &&
    (container === 'build' || container.startsWith('svc-'))
  ) {
    const need =
      container === 'build'
        ? 'GitLab jobs need an image with a shell: choose one that has `sh`.'
        : 'Check its entrypoint and command.';
    return new BuildFailure('script-failed', `The ${container} container cannot start: ${message} ${need}`);
  }
  if (/cannot be mapped to a host ID|setgroups: invalid argument|setresuid|invalid argument/.test(message)) {
    return new SystemFailure(
      'user-namespace',
      `The ${container} container cannot start in its user namespace: ${message} Ids above 65535 do not exist in a pod's user namespace; check \`runAsUser\`, \`runAsGroup\` and \`fsGroup\` of the policy.`,
    );
  }
  return new SystemFailure('not-ready', `The ${container} container cannot start (${reason}): ${message}`);
}

/** Events that name a cluster which cannot give user namespaces; the pod would wait for ever. Kubernetes: pkg/kubelet/userns. */
export function explainNamespaceRefusal(message: string): SystemFailure | null {
  const text = plainLine(message);
  const mends: readonly (readonly [RegExp, string])[] = [
    [
      /user namespaces is not supported by the runtime|runtime does not support user namespaces/i,
      "The node's container runtime is too old: containerd 2.0 or CRI-O 1.25 and newer can.",
    ],
    [
      /RuntimeClass handler .* does not support user namespaces/i,
      'Choose another RuntimeClass, or list this one under `user_namespaces: vm` if its pods are virtual machines.',
    ],
    [
      /MOUNT_ATTR_IDMAP|idmap/i,
      "A volume's file system, or the node's kernel (6.3 or newer is needed), has no id-mapped mounts; NFS never has.",
    ],
    [
      /could not find an empty slot to allocate a user namespace/i,
      'The node has no ids left for one more pod: fewer pods per node, or more ids for the kubelet.',
    ],
    [
      /setgroups: invalid argument|cannot be mapped to a host ID/i,
      "An id above 65535 was asked for; those do not exist in a pod's user namespace. Check `runAsUser`, `runAsGroup`, `fsGroup` of the policy.",
    ],
    [/user namespace|userns|max_user_namespaces/i, 'See the node requirements in docs/operator-guide.md.'],
  ];
  const mend = mends.find(([pattern]) => pattern.test(text));
  return mend
    ? new SystemFailure(
        'user-namespace',
        `The node cannot run the job's pod in a user namespace of its own: ${text} ${mend[1]}`,
      )
    : null;
}

/** One line for the author about what the pod waits for; null when there is nothing to say. */
export function describeWaiting(pod: Pod): string | null {
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  if (unscheduled)
    return `no node has room for the pod yet: ${plainLine(unscheduled.message ?? unscheduled.reason ?? '')}`;
  for (const status of containersOf(pod)) {
    const reason = status.state?.waiting?.reason;
    if (!reason || reason === 'ContainerCreating' || reason === 'PodInitializing') continue;
    return `${status.name}: ${plainLine(reason)}${status.state?.waiting?.message ? ` (${plainLine(status.state.waiting.message)})` : ''}`;
  }
  return null;
}

export function isUnschedulable(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False') ?? false
  );
}

function containersOf(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

/** The name as we asked for it; the status may show the runtime's spelling. */
function imageOf(pod: Pod, status: ContainerStatus): string {
  const containers = pod.spec['containers'];
  const asked = Array.isArray(containers)
    ? (containers as { name?: string; image?: string }[]).find(({ name }) => name === status.name)
    : undefined;
  return asked?.image ?? status.image ?? '';
}
