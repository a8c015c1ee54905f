// A warning about a service that died or is late, with the last it had to say and what its author can do, as GitLab's docker
// executor shows it ("probably didn't start properly"). Nobody has to ask for it with CI_DEBUG_SERVICES and run the job again.
import type { Cluster, Pod } from '../cluster/cluster.ts';
import { hasEnded } from '../diagnosis/pod-death.ts';
import { findServiceTrouble, type ServiceFacts } from '../diagnosis/service/service-trouble.ts';
import { containerLabel } from '../layout/container-names.ts';
import { isDockerDaemon } from '../layout/docker-daemon.ts';
import { line } from '../text/log-lines.ts';
import { plainLine } from '../text/plain-text.ts';
import type { ServiceState } from './attempt-state.ts';
import { serviceLine } from './service-line.ts';

/** Enough for a program's last words; a stack trace above them is looked through, and not shown. */
const maxLines = 15;
const linesLookedThrough = 200;
/** In characters. */
const maxLineLength = 300;
/** The job waits for this: words only depend on it. */
const lookMilliseconds = 5000;

interface Described {
  readonly cluster: Pick<Cluster, 'readLog'>;
  readonly pod: Pod;
  readonly service: ServiceState;
  /** All of the job. */
  readonly services: readonly ServiceState[];
  /** Sentences about the service of that name. */
  readonly what: (name: string) => string;
}

/** Whole lines for the job's log. */
export async function describeService({ cluster, pod, service, services, what }: Described): Promise<string> {
  const { container, image } = service;
  const name = `${plainLine(image)} (${keyOf(service)})`;
  const read = await readLines(cluster, pod.metadata.name, container);
  // One that ended holds no port any more.
  const others = services.filter((each) => each !== service && !hasEnded(pod, each.container));
  const trouble = findTrouble(service, others, read.lines);
  return [
    line(`WARNING: ${what(name)} ${headingOf(read)}`, 'yellow'),
    ...shownOf(read.lines, trouble?.at ?? null).map((text) => line(`  | ${text}`)),
    ...(trouble === null ? [] : [line(trouble.advice, 'yellow')]),
  ].join('');
}

const keyOf = ({ container }: ServiceState): string => containerLabel(container);

function findTrouble(
  service: ServiceState,
  others: readonly ServiceState[],
  lines: readonly string[],
): ReturnType<typeof findServiceTrouble> {
  // Said of it before its pod was made.
  if (isDockerDaemon(service.image)) return null;
  const facts = (each: ServiceState): ServiceFacts => ({ ...each, key: keyOf(each) });
  return findServiceTrouble(facts(service), others.map(facts), lines);
}

/** `fault`: why the log could not be read; null: it was. */
interface Read {
  readonly lines: readonly string[];
  readonly fault: string | null;
}

async function readLines(cluster: Described['cluster'], pod: string, container: string): Promise<Read> {
  const signal = AbortSignal.timeout(lookMilliseconds);
  try {
    const text = await cluster.readLog({ pod, container }, { tailLines: linesLookedThrough, signal });
    const lines = text.trimEnd().split('\n');
    return {
      lines: text.trim() === '' ? [] : lines.map((each) => serviceLine(each, maxLineLength)),
      fault: null,
    };
  } catch (error) {
    return { lines: [], fault: plainLine((error as Error).message) };
  }
}

function headingOf({ lines, fault }: Read): string {
  if (fault !== null) return `Its log cannot be read: ${fault}`;
  if (lines.length === 0) return 'It printed nothing.';
  const all = 'CI_DEBUG_SERVICES: "true" shows more';
  return lines.length <= maxLines ? 'It printed:' : `The last ${maxLines} lines that it printed (${all}):`;
}

/** The end, and before it the line that tells why, where that stands further up. */
function shownOf(lines: readonly string[], at: number | null): readonly string[] {
  const start = Math.max(0, lines.length - maxLines);
  const cause = at !== null && at < start ? [lines[at] ?? '', '…'] : [];
  return [...cause, ...lines.slice(start)];
}
