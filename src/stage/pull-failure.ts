// An image that did not come: whose fault it is, and what the author reads.
import type { ContainerStatus, Pod } from '../cluster/cluster.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { plainLine } from '../outcome/plain-text.ts';
import { SystemFailure } from '../outcome/system-failure.ts';

/** A container whose image did not come. */
export interface PullFailure {
  readonly container: string;
  readonly image: string;
  readonly message: string;
  /** All but `registry` are final: trying again with the same pull policy changes nothing. */
  readonly kind: 'not-found' | 'denied' | 'invalid-name' | 'never-pulled' | 'unsigned' | 'registry';
}

/** The kubelet's reasons (pkg/kubelet/images/types.go). */
const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'ImageInspectError',
]);

/** A container whose image did not come, a final failure before one that may pass; null: all are there or on their way. */
export function findPullFailure(pod: Pod): PullFailure | null {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const failures = [...initContainerStatuses, ...containerStatuses].flatMap((status) => {
    const { reason = '', message = '' } = status.state?.waiting ?? {};
    if (!pullReasons.has(reason)) return [];
    const said = plainLine(message);
    return [
      {
        container: status.name,
        image: plainLine(imageOf(pod, status)),
        message: said,
        kind: classify(reason, said),
      },
    ];
  });
  return failures.find(({ kind }) => kind !== 'registry') ?? failures[0] ?? null;
}

/** Words of containerd, CRI-O and registries, the more telling ones first; what is none of these may pass. */
const words: readonly (readonly [RegExp, PullFailure['kind']])[] = [
  [/toomanyrequests|too many requests|rate limit|\b429\b|\b50[0-4]\b/i, 'registry'],
  [
    /dial tcp|no such host|handshake|timeout|timed out|deadline|connection re(fused|set)|canceled/i,
    'registry',
  ],
  [
    /denied|unauthorized|authentication required|no basic auth|authorization failed|forbidden|\b40[13]\b/i,
    'denied',
  ],
  [/not found|manifest unknown|name unknown|does not exist|\b404\b/i, 'not-found'],
];

function classify(reason: string, message: string): PullFailure['kind'] {
  if (reason === 'InvalidImageName') return 'invalid-name';
  if (reason === 'ErrImageNeverPull') return 'never-pulled';
  if (reason === 'SignatureValidationFailed') return 'unsigned';
  const text = withoutNames(message);
  return words.find(([pattern]) => pattern.test(text))?.[1] ?? 'registry';
}

/** Names and tags are the author's to choose, and must not speak for the registry: `app:404`, `tools/timeout`. */
function withoutNames(message: string): string {
  return message
    .replace(/"[^"]*"/g, ' ')
    .replace(/reading manifest \S+ in/g, ' ')
    .replace(/\S*[/@]\S*/g, ' ');
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
  if (kind !== 'registry') return new BuildFailure('image-pull-failed', `${what} ${meanings[kind]}${said}`);
  return new SystemFailure(
    'image-registry',
    `${what} could not be pulled, because its registry did not answer as it should. Retry the job later; operators: look at the registry and at the way to it.${said}`,
  );
}

const meanings: Readonly<Record<Exclude<PullFailure['kind'], 'registry'>, string>> = {
  'not-found': 'does not exist. Check its name and tag for typing errors.',
  denied:
    'could not be pulled: the registry refuses access, or the image does not exist. Check the name, and whether the job has credentials for it (DOCKER_AUTH_CONFIG).',
  'invalid-name': 'has a name that the cluster cannot read. Check its spelling.',
  'never-pulled':
    "is not on the node, and the pull policy `never` forbids to pull it. Use another pull policy, or ask the runner's operator to put the image there.",
  unsigned:
    "has no signature that the cluster's nodes accept. Use an image that is signed, or ask the runner's operator which are.",
};

/** The name as we asked for it; the status may show the runtime's spelling. */
export function imageOf(pod: Pod, status: ContainerStatus): string {
  const { containers = [], initContainers = [] } = pod.spec as {
    containers?: readonly { name: string; image?: string }[];
    initContainers?: readonly { name: string; image?: string }[];
  };
  return (
    [...initContainers, ...containers].find(({ name }) => name === status.name)?.image ?? status.image ?? ''
  );
}
