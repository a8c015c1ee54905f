// Whether a job would reach GitLab: its name is looked up in the probe's pod, and git asks it for a project that is not there. Any
// answer over HTTP will do. What fails here is nearly always a rule of a network policy, so the row comes with the one to add.
import { isIP } from 'node:net';
import type { Cluster } from '../../cluster/cluster.ts';
import { tryWayOut } from '../../in-container/commands.ts';
import { helperContainer } from '../../layout/container-names.ts';
import { askContainer } from '../../stream/ask-container.ts';
import { plainLine } from '../../text/plain-text.ts';
import { type DoctorFinding, fail, ok, skip } from '../doctor-finding.ts';
import type { Platform } from '../platform.ts';
import { openAddress, openDns } from './network-rules.ts';

export interface WayOutInput {
  readonly cluster: Cluster;
  readonly pod: { readonly name: string };
  /** null: nobody said where GitLab is. */
  readonly gitlab: URL | null;
  readonly platform: Platform | null;
  readonly signal: AbortSignal;
  /** For the whole try. */
  readonly milliseconds?: number;
}

export const wayOut = 'way to GitLab';

/** A resolver asks its servers twice for 5 s each; a packet that a policy drops is not answered at all. */
const tryMilliseconds = 30_000;
/** A few addresses and five lines of git's. */
const maxAnswerBytes = 8192;
/** Longer addresses are nobody's, and the command stands in a URL. */
const maxUrlLength = 500;
const answered = 'answered';

/** null: not the address of a GitLab, or one with a password in it, which would stand in the pod's list of processes. */
export function readGitLabUrl(text: string): URL | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.href.length > maxUrlLength) return null;
  return url.username === '' && url.password === '' ? url : null;
}

/** Never throws for what the pod answers. @throws at Ctrl-C */
export async function checkWayOut(request: WayOutInput): Promise<DoctorFinding> {
  const { cluster, pod, gitlab, signal, milliseconds = tryMilliseconds } = request;
  if (gitlab === null) return skip(wayOut, 'not asked for: --gitlab URL tries it from the pod');
  const limit = AbortSignal.timeout(milliseconds);
  const project = `${gitlab.origin}${gitlab.pathname.replace(/\/+$/, '')}/gitlab-pod-executor/doctor.git`;
  const { text, end, isProven } = await askContainer({
    ...{ cluster, pod, container: helperContainer },
    command: tryWayOut(hostOf(gitlab), project),
    ...{ maxBytes: maxAnswerBytes, proof: answered },
    // Ours ends it first, and then we know why it ended.
    milliseconds: milliseconds * 2,
    signal: AbortSignal.any([signal, limit]),
  });
  signal.throwIfAborted();
  const addresses = lines(text, 'address').filter((address) => isIP(address) !== 0);
  if (isProven) return evaluate(request, gitlab, { addresses, text });
  if (limit.aborted)
    return explain(request, gitlab, { addresses, why: `no answer within ${milliseconds / 1000} s` });
  return skip(
    wayOut,
    `not tried: ${end.kind === 'exited' ? `exit code ${end.code}` : plainLine(end.message)}`,
  );
}

interface Answer {
  readonly addresses: readonly string[];
  readonly text: string;
}

function evaluate(request: WayOutInput, gitlab: URL, { addresses, text }: Answer): DoctorFinding {
  if (/^no-git$/m.test(text)) return fail(wayOut, 'the helper image has no git, so no job can clone');
  const why = lines(text, 'git').flatMap((line) => /unable to access '.*': (.*)$/.exec(line)?.[1] ?? []);
  // An answer over HTTP, whatever its status: GitLab, or what stands before it, was reached.
  const [fault] = why.filter((words) => !/requested URL returned error/i.test(words));
  if (fault !== undefined) return explain(request, gitlab, { addresses, why: fault });
  const at = addresses.length === 0 ? '' : ` at ${addresses.join(', ')}`;
  return ok(wayOut, `${gitlab.origin} answers${at}, asked from the helper of the pod`);
}

interface Fault {
  readonly addresses: readonly string[];
  readonly why: string;
}

function explain({ platform }: WayOutInput, gitlab: URL, { addresses, why }: Fault): DoctorFinding {
  const found = `a job cannot reach ${gitlab.origin}: ${plainLine(why)}`;
  const dns = openDns(platform?.dns ?? null);
  if (/resolve (host|proxy)/i.test(why)) return fail(wayOut, found, dns);
  const known = isIP(hostOf(gitlab)) === 0 ? addresses : [hostOf(gitlab)];
  const open = openAddress(gitlab, known);
  return known.length === 0 ? fail(wayOut, found, dns, open) : fail(wayOut, found, open);
}

/** An IPv6 address without its brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

const lines = (text: string, word: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => line.slice(word.length + 1).trim());
