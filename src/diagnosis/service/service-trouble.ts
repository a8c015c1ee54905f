// Why a service died or does not listen, by the words of its log: they are those of the programs in common service images.
import { noDockerDaemon, serviceImagesPage } from '../../layout/docker-daemon.ts';
import { maxPort } from '../../layout/ids.ts';
import { plainLine } from '../../text/plain-text.ts';
import { imageTitle, recipeFor, usualPorts } from './service-recipes.ts';

export interface ServiceFacts {
  /** `services[0]` */
  readonly key: string;
  readonly image: string;
  /** Where it says that it listens; null: it does not say. */
  readonly port: number | null;
  /** Equal for equal entrypoints and commands; absent: it starts what its image starts. */
  readonly program?: string;
}

export interface ServiceTrouble {
  /** Sentences: what is in the way, and what to write. */
  readonly advice: string;
  /** Which of the lines tells so. */
  readonly at: number;
}

type Kind = 'port' | 'no-root' | 'is-root' | 'docker';

/** The first that some line holds decides: the cause stands before what follows from it. */
const words: readonly (readonly [Kind, RegExp])[] = [
  // docker:dind: its entrypoint as an ordinary user, the daemon as root without rights on the node.
  ['docker', /rootless dockerd|failed to start daemon:|Error initializing network controller/i],
  ['port', /address already in use|eaddrinuse|\[?errno 98\b|failed listening on port/i],
  [
    'is-root',
    /"root" execution of the PostgreSQL server is not permitted|can ?not run elasticsearch as root|how to run mysqld as root/i,
  ],
  [
    'no-root',
    /permission denied|operation not permitted|\bEACCES\b|\bEPERM\b|AccessDeniedException|(?:must|needs? to|has to) be (?:run |started )?(?:as )?(?:the )?(?:super-?user|root)\b|are you root/i,
  ],
];

/** null: nothing that we know. `lines`: the end of its log. */
export function findServiceTrouble(
  service: ServiceFacts,
  others: readonly ServiceFacts[],
  lines: readonly string[],
): ServiceTrouble | null {
  for (const [kind, pattern] of words) {
    const at = lines.findIndex((line) => pattern.test(line));
    if (at >= 0) return { at, advice: adviceOf(kind, { service, others, lines, at }) };
  }
  return null;
}

interface Case {
  readonly service: ServiceFacts;
  readonly others: readonly ServiceFacts[];
  readonly lines: readonly string[];
  readonly at: number;
}

function adviceOf(kind: Kind, found: Case): string {
  const { service } = found;
  if (kind === 'docker') return noDockerDaemon;
  if (kind === 'port') return portAdvice(found);
  if (kind === 'is-root')
    return `It refuses to run as root: name a user for it, such as \`kubernetes: {user: "999"}\` at ${service.key}.`;
  const recipe = recipeFor(service.image).withoutRoot;
  const write =
    recipe ?? 'the user that owns its directories (`kubernetes: {user: …}`), or directories below /tmp';
  return `Its image expects to begin as root, which it is not here. What helps at ${service.key}: ${write}. More in ${serviceImagesPage}.`;
}

function portAdvice({ service, others, lines, at }: Case): string {
  const port = portIn(lines[at] ?? '') ?? portIn(lines.slice(at, at + 3).join('\n')) ?? service.port;
  const who = holderOf(service, others, port);
  const where = port === null ? 'on its port' : `on port ${port}`;
  const example = recipeFor(service.image).otherPort;
  const how = example === null ? 'by its variables or command' : `such as ${example}`;
  return `It cannot listen ${where}, where ${who} listens already: all services of a job share one address. Give ${service.key} another port, ${how}, and use that in the job.`;
}

function holderOf(service: ServiceFacts, others: readonly ServiceFacts[], port: number | null): string {
  if (others.length === 0) return 'something else in the pod';
  const suspects = suspectsOf(service, others, port).map(({ key, image }) => `${key} (${plainLine(image)})`);
  return suspects.length > 0 ? `probably ${suspects.join(' or ')}` : 'another service of this job';
}

/** The first kind that there is. A service that says another port is none, nor is one that starts what we do not know. */
function suspectsOf(
  service: ServiceFacts,
  others: readonly ServiceFacts[],
  port: number | null,
): readonly ServiceFacts[] {
  const possible = others.filter((other) => other.port === null || port === null || other.port === port);
  const kinds = [
    (other: ServiceFacts) => isTwin(other, service) || (port !== null && other.port === port),
    (other: ServiceFacts) => isUsual(other, port) && other.program === undefined,
    (other: ServiceFacts) => isUsual(other, port),
  ];
  return kinds.map((kind) => possible.filter(kind)).find((found) => found.length > 0) ?? [];
}

/** One program listens on one port. A mirror has the image under another name. */
const isTwin = (one: ServiceFacts, other: ServiceFacts): boolean =>
  imageTitle(one.image) === imageTitle(other.image) && one.program === other.program;

const isUsual = ({ image }: ServiceFacts, port: number | null): boolean =>
  port !== null && usualPorts(image).includes(port);

/** `0.0.0.0:80`, `*:6379`, `[::]:80`, `:::3000`, `:8080`; or in words, "port: 3306". A time of day is none. */
function portIn(text: string): number | null {
  const found =
    /(?:[*\]:]|\d+\.\d+\.\d+\.\d+|^|\s):(\d{1,5})\b/m.exec(text)?.[1] ??
    /\bport:? ?(\d{1,5})\b/i.exec(text)?.[1];
  const port = Number(found ?? 0);
  return port >= 1 && port <= maxPort ? port : null;
}
