// An image that did not come: whose fault it is, and what the author reads. The causes are a table in pull-causes.ts.
import type { ContainerStatus, Pod } from '../cluster/cluster.ts';
import { describeContainer } from '../layout/container-names.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { sentence } from '../text/sentence.ts';
import { chosenByOperator, type PullKind, pullCauses, pullWords, reasonKinds } from './pull-causes.ts';
import { kindOfReason } from './waiting-reasons.ts';

/** A container whose image did not come. */
export interface PullFailure {
  readonly container: string;
  readonly image: string;
  /** Safe to print. */
  readonly message: string;
  readonly kind: PullKind;
  /** The kubelet waits until its next try. */
  readonly isBackingOff: boolean;
}

export const lasts = ({ kind }: PullFailure) => pullCauses[kind].lasts;

/** A container whose image did not come, a final failure before one that may pass; null: all are there or on their way. */
export function findPullFailure(pod: Pod): PullFailure | null {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const failures = [...initContainerStatuses, ...containerStatuses].flatMap((status) => {
    const { reason = '', message = '' } = status.state?.waiting ?? {};
    if (kindOfReason(reason) !== 'image') return [];
    const nodeMessage = plainLine(message);
    const image = plainLine(imageOf(pod, status));
    return [
      {
        container: status.name,
        image,
        message: nodeMessage,
        kind: classify(reason, nodeMessage, image),
        isBackingOff: reason === 'ImagePullBackOff',
      },
    ];
  });
  return failures.find((failure) => lasts(failure) !== 'passing') ?? failures[0] ?? null;
}

/** A kubelet before 1.32 says why for some seconds only, and then that it waits: then the words before hold. */
export function withCause(failure: PullFailure, before: PullFailure | null): PullFailure {
  const { message, isBackingOff, container } = failure;
  const isSilent = isBackingOff && /^(Back-off pulling image "[^"]*")?$/.test(message);
  return isSilent && before?.container === container ? { ...before, isBackingOff } : failure;
}

function classify(reason: string, message: string, image: string): PullKind {
  const known = reasonKinds.get(reason);
  if (known) return known;
  const text = withoutNames(message);
  // A mirror's host, or one that the registry sends us to, is no word of the author's.
  const host = /\blookup ([^\s:]+)(?: on [^\s]+)?: no such host/.exec(text)?.[1];
  if (host !== undefined && host.toLowerCase() === hostOf(image).toLowerCase()) return 'unknown-host';
  return pullWords.find(([pattern]) => pattern.test(text))?.[1] ?? 'registry';
}

/** With its port. A name without a registry is Docker Hub's (src/policy/pattern/image-name.ts). */
function registryOf(image: string): string {
  const [first = '', ...path] = image.split('/');
  return path.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

const hostOf = (image: string): string => registryOf(image).replace(/:\d*$/, '');

/** No name of an image has a plus. */
const schema1 = /application\/vnd\.docker\.distribution\.manifest\.v1\+(?:prettyjws|json)/g;

/** Names and tags are the author's to choose, and must not speak for the registry: `app:404`, `tools/timeout`. */
function withoutNames(message: string): string {
  return message
    .replace(
      /"application\/vnd\.docker\.distribution\.manifest\.v1\+(?:prettyjws|json)"/g,
      ' manifest schema 1 ',
    )
    .replace(/"[^"]*"/g, ' ')
    .replace(schema1, ' manifest schema 1 ')
    .replace(/reading manifest \S+ in/g, ' ')
    .replace(/input\/output error/g, 'input output error')
    .replace(/\S*[/@]\S*/g, ' ');
}

/** Who chose the image, and for an author's what to say of the credentials: whole sentences. */
export type PullContext =
  | { readonly chosenBy: 'operator' }
  | {
      readonly chosenBy: 'author';
      readonly credentials: string;
      /** The policy names the image's registry, so the author has not misspelt it. */
      readonly isRegistryNamed: boolean;
    };

/** What ends the stage when a pull failed for good, or did not pass within the deadline. */
export function explainPullFailure(failure: PullFailure, context: PullContext): BuildFailure | SystemFailure {
  const { fault, code, author, operator, chooser = chosenByOperator } = pullCauses[failure.kind];
  if (fault === 'cluster') return explainPassingPull(failure);
  if (failure.kind === 'unknown-host' && context.chosenBy === 'author' && context.isRegistryNamed)
    return explainPassingPull({ ...failure, kind: 'name-service' });
  const parts = whatAndWhy(failure);
  if (context.chosenBy === 'operator') return new SystemFailure(code, { ...parts, operator: chooser });
  const credentials = failure.kind === 'denied' ? ` ${context.credentials}` : '';
  return new BuildFailure('image-pull-failed', {
    ...parts,
    author: `${named(author, failure)}${credentials}`,
    operator,
  });
}

/** The same where nobody knows whether it would have passed. */
export function explainPassingPull(failure: PullFailure): SystemFailure {
  const { code, author, operator } = pullCauses[failure.kind];
  return new SystemFailure(code, {
    ...whatAndWhy(failure),
    author: named(author, failure),
    operator: operator && named(operator, failure),
  });
}

function whatAndWhy(failure: PullFailure) {
  const { container, image, message, kind } = failure;
  return {
    what: `The image ${image} of ${describeContainer(container)} ${named(pullCauses[kind].is, failure)}`,
    why: message ? sentence(`The registry or node said: ${message}`) : undefined,
  };
}

const named = (text: string, { image }: PullFailure): string =>
  text.replaceAll('HOST', () => registryOf(image));

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
