// The last look before the first job byte: does the pod have a user namespace of its own, which shells will we use, and is
// GitLab's own tool there. Asked of the helper, whose image we chose; of the build container only where its shell is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ExecResult } from '../../cluster/cluster.ts';
import { unproven } from '../../diagnosis/explain-namespace.ts';
import { explainDeath } from '../../diagnosis/pod-death.ts';
import { explainStartFailure } from '../../diagnosis/waiting-reasons.ts';
import type { JobContainer } from '../../layout/container-names.ts';
import { helperBinDirectory, readyFile } from '../../layout/paths.ts';
import { BuildFailure } from '../../outcome/build-failure.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { explainIdMap } from '../../security/user-namespace.ts';
import { trackRefusals } from '../../stream/lasting-refusal.ts';
import { scriptShells } from '../../stream/supervisor.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { Deadline } from '../deadline.ts';

export interface Inspection {
  /** As read in the helper: `0 529072128 65536`. */
  readonly uidMap: string;
  readonly uid: string;
  /** As the helper's `gitlab-runner --version` says it: `19.4.0`. */
  readonly runnerVersion: string;
  readonly shells: { readonly build: string; readonly helper: string };
  /** Whether the build container's shell reads `$'…'`, as GitLab Runner quotes its scripts unless told otherwise. */
  readonly readsRunnerQuotes: boolean;
}

export interface InspectionInput {
  readonly cluster: Cluster;
  readonly pod: { readonly name: string; readonly uid: string };
  readonly mustProveUserNamespace: boolean;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

const findShell =
  'for x in /bin/sh /usr/bin/sh /usr/local/bin/sh /busybox/sh; do [ -x "$x" ] && echo "shell $x" && break; done';

/** PID 1 of ours makes this file when the container takes work (src/layout/paths). */
const awaitReady = `i=0; while [ ! -e ${readyFile} ] && [ $i -lt 100 ]; do i=$((i+1)); sleep 0.05 2>/dev/null || sleep 1; done; [ -e ${readyFile} ] || exit 97`;

/** The last word of an answer: a status alone may be made up, and then a half answer would look whole. */
const answered = 'answered';

/** Builtins read the maps: nothing of the image but its shell and kernel is asked. */
const inspectHelper = [
  'while read -r line; do echo "uid_map $line"; done </proc/self/uid_map',
  'while read -r line; do echo "gid_map $line"; done </proc/self/gid_map',
  'while read -r a b c; do [ "$a" = Uid: ] && echo "uid $b"; done </proc/self/status',
  awaitReady,
  findShell,
  `PATH=${helperBinDirectory}:$PATH`,
  'gitlab-runner --version 2>&1 </dev/null | while read -r line; do echo "runner $line"; break; done',
  `echo ${answered}`,
].join('\n');

const tryQuotes = `for x in ${scriptShells}; do [ -x "$x" ] || continue; [ "$("$x" -c "printf %s \\$'\\\\101'" 2>/dev/null)" = A ] || echo 'quotes posix'; break; done`;

const inspectBuild = [awaitReady, findShell, tryQuotes, `echo ${answered}`].join('\n');

/** @throws SystemFailure when the user namespace is not proven, or the helper image lacks what GitLab's scripts need */
export async function inspectContainers(request: InspectionInput): Promise<Inspection> {
  // When one has no good answer, nobody waits for the other's.
  const over = new AbortController();
  const both = { ...request, signal: AbortSignal.any([request.signal, over.signal]) };
  const [helper, build] = await Promise.all([
    ask(both, 'helper', inspectHelper),
    ask(both, 'build', inspectBuild),
  ]).finally(() => over.abort());
  const uidMap = lines(helper, 'uid_map');
  if (request.mustProveUserNamespace) prove(uidMap, lines(helper, 'gid_map'));
  return {
    uidMap: uidMap.join('; ').replace(/ +/g, ' '),
    uid: lines(helper, 'uid')[0] ?? '?',
    runnerVersion: runnerVersion(lines(helper, 'runner')[0]),
    shells: { build: shellOf(build, 'build'), helper: shellOf(helper, 'helper') },
    readsRunnerQuotes: lines(build, 'quotes').length === 0,
  };
}

function prove(uidMap: readonly string[], gidMap: readonly string[]): void {
  for (const [file, map] of [
    ['uid_map', uidMap],
    ['gid_map', gidMap],
  ] as const) {
    const fault = explainIdMap(map.join('\n'));
    if (fault === null) continue;
    throw unproven(`/proc/self/${file} reads "${map.join('; ')}": ${fault}.`);
  }
  if (uidMap.join() !== gidMap.join()) throw unproven('its uid map and gid map differ.');
}

function runnerVersion(line: string | undefined): string {
  const version = /^version:?\s+(\S+)/i.exec(line ?? '')?.[1];
  if (version) return version;
  throw new SystemFailure(
    'helper-incomplete',
    'The helper image has no working `gitlab-runner`' +
      (line ? ` (it said: ${line})` : '') +
      ": artifacts and caches would vanish in silence. Set `helper_image` in the policy to GitLab's gitlab-runner-helper image of the runner's version.",
  );
}

function shellOf(answer: string, container: string): string {
  const shell = lines(answer, 'shell')[0];
  if (shell && /^\/[\w/]+$/.test(shell)) return shell;
  throw new BuildFailure(
    'image-unusable',
    `The image of the ${container} container has no shell in /bin, /usr/bin, /usr/local/bin or /busybox. GitLab jobs need one: use an image that has \`sh\`.`,
  );
}

function lines(answer: string, word: string): string[] {
  return answer
    .split('\n')
    .filter((text) => text.startsWith(`${word} `))
    .map((text) => plainLine(text.slice(word.length + 1)));
}

const pauseMilliseconds = 500;
/** For one try: `awaitReady` may take its five seconds, and an image whose `sh` never ends must not take the whole deadline. */
const tryMilliseconds = 30_000;
/** Our questions are answered in a few hundred bytes. */
const maxAnswerBytes = 8192;

/** A node that has just joined refuses exec for a moment: asked again until the deadline. */
async function ask(request: InspectionInput, container: JobContainer, program: string): Promise<string> {
  const checkRefusal = trackRefusals();
  for (;;) {
    let answer = '';
    const refusals = Math.min(tryMilliseconds, request.deadline.remainingMilliseconds());
    const end = await request.cluster.exec({
      pod: request.pod.name,
      container,
      command: ['sh', '-c', program],
      stdin: new Uint8Array(),
      stdout: (chunk) => {
        answer = (answer + Buffer.from(chunk).toString('latin1')).slice(0, maxAnswerBytes);
        return undefined;
      },
      stderr: () => undefined,
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(Math.ceil(refusals))]),
    });
    if (end.kind === 'exited' && answer.endsWith(`${answered}\n`)) return answer;
    request.signal.throwIfAborted();
    const isOver = request.deadline.remainingMilliseconds() === 0;
    const failure = await whyNoAnswer(request, container, (cause) => checkRefusal(end, cause, isOver));
    if (failure) throw failure;
    if (isOver) throw unanswered(container, end);
    await sleep(pauseMilliseconds, undefined, { signal: request.signal });
  }
}

/** null: it may answer yet. An API server that cannot be asked just now says nothing about the pod. */
async function whyNoAnswer(
  { cluster, pod: { name, uid }, signal }: InspectionInput,
  container: JobContainer,
  checkRefusal: (failure: unknown) => SystemFailure | null,
): Promise<Error | null> {
  try {
    const pod = await cluster.getPod(name, { signal });
    return (
      (pod && explainStartFailure(pod)) ??
      explainDeath(pod, { name, uid, container }) ??
      checkRefusal(undefined)
    );
  } catch (failure) {
    signal.throwIfAborted();
    return checkRefusal(failure);
  }
}

function unanswered(container: string, end: ExecResult): SystemFailure {
  const why = end.kind === 'exited' ? `exit code ${end.code}` : plainLine(end.message);
  return new SystemFailure(
    'not-ready',
    `The ${container} container runs, but takes no work (${why}). Retry the job; operators: can the API server reach this node's kubelet, and is \`create\` on \`pods/exec\` granted?`,
  );
}
