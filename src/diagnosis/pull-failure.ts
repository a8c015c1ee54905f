// An image that did not come: whose fault it is, and what the author reads.
import type { ContainerStatus, Pod } from '../cluster/cluster.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import type { Advice } from '../outcome/failure.ts';
import { SystemFailure, type SystemFailureCode } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { sentence } from '../text/sentence.ts';
import { kindOfReason } from './waiting-reasons.ts';

/** A container whose image did not come. */
export interface PullFailure {
  readonly container: string;
  readonly image: string;
  readonly message: string;
  /** All but `registry` and `node` are final: trying again with the same pull policy changes nothing. */
  readonly kind: FinalKind | PassingKind;
}

type FinalKind = 'not-found' | 'denied' | 'invalid-name' | 'never-pulled' | 'unsigned';
type PassingKind = 'registry' | 'node';

/** The kubelet's own retries may succeed. */
export function mayPass(failure: PullFailure): failure is PullFailure & { readonly kind: PassingKind } {
  return failure.kind === 'registry' || failure.kind === 'node';
}

/** A container whose image did not come, a final failure before one that may pass; null: all are there or on their way. */
export function findPullFailure(pod: Pod): PullFailure | null {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const failures = [...initContainerStatuses, ...containerStatuses].flatMap((status) => {
    const { reason = '', message = '' } = status.state?.waiting ?? {};
    if (kindOfReason(reason) !== 'image') return [];
    const nodeMessage = plainLine(message);
    return [
      {
        container: status.name,
        image: plainLine(imageOf(pod, status)),
        message: nodeMessage,
        kind: classify(reason, nodeMessage),
      },
    ];
  });
  return failures.find((failure) => !mayPass(failure)) ?? failures[0] ?? null;
}

/** Words of containerd, CRI-O and registries, the more telling ones first; what is none of these may pass. */
const messages: readonly (readonly [RegExp, PullFailure['kind']])[] = [
  [/no space left on device|input\/output error|layer not known|pull QPS exceeded/i, 'node'],
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
  if (reason === 'ImageInspectError') return 'node';
  const text = withoutNames(message);
  return messages.find(([pattern]) => pattern.test(text))?.[1] ?? 'registry';
}

/** Names and tags are the author's to choose, and must not speak for the registry: `app:404`, `tools/timeout`. */
function withoutNames(message: string): string {
  return message
    .replace(/"[^"]*"/g, ' ')
    .replace(/reading manifest \S+ in/g, ' ')
    .replace(/\S*[/@]\S*/g, ' ');
}

/** Who chose the image, and for an author's what to say of the credentials: whole sentences. */
export type PullContext =
  | { readonly chosenBy: 'operator' }
  | { readonly chosenBy: 'author'; readonly credentials: string };

/** What ends the stage when a pull failed for good, or did not pass within the deadline. */
export function explainPullFailure(failure: PullFailure, context: PullContext): BuildFailure | SystemFailure {
  if (mayPass(failure)) return explainPassingPull(failure);
  const kind = failure.kind as FinalKind;
  const { is, author } = meanings[kind];
  const what = `${imageOfContainer(failure)} ${is}`;
  if (context.chosenBy === 'operator')
    return new SystemFailure('image-registry', { what, why: nodeMessage(failure), operator: forOperators });
  const credentials = kind === 'denied' ? ` ${context.credentials}` : '';
  return new BuildFailure('image-pull-failed', {
    what,
    why: nodeMessage(failure),
    author: `${author}${credentials}`,
  });
}

/** The same of a failure that is nobody's choice. */
export function explainPassingPull(failure: PullFailure & { readonly kind: PassingKind }): SystemFailure {
  const { code, because, ...advice } = passing[failure.kind];
  return new SystemFailure(code, {
    what: `${imageOfContainer(failure)} could not be pulled, because ${because}`,
    why: nodeMessage(failure),
    ...advice,
  });
}

const imageOfContainer = ({ container, image }: PullFailure): string =>
  `The image ${image} of the ${container} container`;

const nodeMessage = ({ message }: PullFailure): string | undefined =>
  message ? sentence(`The registry or node said: ${message}`) : undefined;

interface PassingTrouble extends Advice {
  readonly code: SystemFailureCode;
  readonly because: string;
}

const passing: Readonly<Record<PassingKind, PassingTrouble>> = {
  registry: {
    code: 'image-registry',
    because: 'its registry did not answer as it should.',
    author: 'Retry the job later.',
    operator: 'look at the registry and at the way to it.',
  },
  node: {
    code: 'not-ready',
    because: "the pod's node has trouble.",
    author: 'Retry the job.',
    operator: 'look at that node.',
  },
};

const forOperators =
  'check the image in the policy (`helper_image`, `default_image`, `pod_template`), and `image_pull_secrets`.';

const meanings: Readonly<Record<FinalKind, { readonly is: string; readonly author: string }>> = {
  'not-found': { is: 'does not exist.', author: 'Check its name and tag for typing errors.' },
  denied: {
    is: 'could not be pulled: the registry refuses access, or the image does not exist.',
    author: 'Check its name, and the credentials for it.',
  },
  'invalid-name': {
    is: 'has a name that the cluster cannot read.',
    author: 'Check its spelling.',
  },
  'never-pulled': {
    is: 'is not on the node, and the pull policy `never` forbids to pull it.',
    author: "Use another pull policy, or ask the runner's operator to put the image there.",
  },
  unsigned: {
    is: "has no signature that the cluster's nodes accept.",
    author: "Use an image that is signed, or ask the runner's operator which are.",
  },
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
