// The last look before the first job byte: does the pod have a user namespace of its own, which shells will we use, and is
// GitLab's own tool there. Asked of the helper, whose image we chose; of the build container only where its shell is.
import type { Cluster, ExecResult } from '../../cluster/cluster.ts';
import { unproven } from '../../diagnosis/explain-namespace.ts';
import { explainStartFailure } from '../../diagnosis/start-failure.ts';
import { inspectBuild, inspectHelper } from '../../in-container/commands.ts';
import { buildContainer, helperContainer, type JobContainer } from '../../layout/container-names.ts';
import { BuildFailure } from '../../outcome/build-failure.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { explainIdMap } from '../../security/user-namespace.ts';
import { askContainer } from '../../stream/ask-container.ts';
import { startRecovery } from '../../stream/recovery.ts';
import type { ScriptSessions } from '../../stream/sessions/script-sessions.ts';
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
  /** To ask in an exec that then waits for scripts. */
  readonly sessions?: Pick<ScriptSessions, 'open'> | undefined;
}

/** The last word of an answer: a status alone may be made up, and then a half answer would look whole. */
const answered = 'answered';

/** @throws SystemFailure when the user namespace is not proven, or the helper image lacks what GitLab's scripts need */
export async function inspectContainers(request: InspectionInput): Promise<Inspection> {
  // When one has no good answer, nobody waits for the other's.
  const over = new AbortController();
  const both = { ...request, signal: AbortSignal.any([request.signal, over.signal]) };
  const [helper, build] = await Promise.all([
    ask(both, helperContainer, inspectHelper()),
    ask(both, buildContainer, inspectBuild()),
  ]).finally(() => over.abort());
  return readAnswers(helper, build, request);
}

/** One try, for a container that has only just started. @returns null when it has no good answer yet */
export async function inspectOnce(
  request: Omit<InspectionInput, 'deadline'>,
  container: JobContainer,
): Promise<string | null> {
  const { cluster, pod, sessions } = request;
  if (sessions) {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(firstTryMilliseconds)]);
    const answer = await sessions.open({ cluster, pod, container, signal });
    if (answer !== null) return answer;
  }
  const command = container === helperContainer ? inspectHelper() : inspectBuild();
  const answer = await askContainer({
    ...question(request, container, command),
    milliseconds: firstTryMilliseconds,
  });
  return answer.isProven ? answer.text : null;
}

/** @throws as `inspectContainers` does */
export function readAnswers(
  helper: string,
  build: string,
  { mustProveUserNamespace }: Pick<InspectionInput, 'mustProveUserNamespace'>,
): Inspection {
  const uidMap = lines(helper, 'uid_map');
  if (mustProveUserNamespace) prove(uidMap, lines(helper, 'gid_map'));
  return {
    uidMap: uidMap.join('; ').replace(/ +/g, ' '),
    uid: lines(helper, 'uid')[0] ?? '?',
    runnerVersion: runnerVersion(lines(helper, 'runner')[0]),
    shells: { build: shellOf(build, buildContainer), helper: shellOf(helper, helperContainer) },
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
  throw new SystemFailure('helper-incomplete', {
    what: `The helper image has no working \`gitlab-runner\`${line ? ` (it said: ${line})` : ''}: artifacts and caches would silently be lost.`,
    operator:
      "set `helper_image` in the policy to GitLab's gitlab-runner-helper image of the runner's version.",
  });
}

function shellOf(answer: string, container: string): string {
  const shell = lines(answer, 'shell')[0];
  if (shell && /^\/[\w/]+$/.test(shell)) return shell;
  throw new BuildFailure('image-unusable', {
    what: `The image of the ${container} container has no shell in /bin, /usr/bin, /usr/local/bin or /busybox.`,
    author: 'GitLab jobs need one: use an image that has `sh`.',
  });
}

function lines(answer: string, word: string): string[] {
  return answer
    .split('\n')
    .filter((text) => text.startsWith(`${word} `))
    .map((text) => plainLine(text.slice(word.length + 1)));
}

/** For one try: `awaitReady` may take its five seconds, and an image whose `sh` never ends must not take the whole deadline. */
const tryMilliseconds = 30_000;
/** Enough for most; the others are asked again by and by. */
const firstTryMilliseconds = 10_000;
/** Our questions are answered in a few hundred bytes. */
const maxAnswerBytes = 8192;

/** A node that has just joined refuses exec for a moment: asked again until the deadline. */
async function ask(
  request: InspectionInput,
  container: JobContainer,
  command: readonly string[],
): Promise<string> {
  const { cluster, pod, deadline, signal } = request;
  const recovery = startRecovery({
    ...{ cluster, pod, container, signal },
    isOver: () => deadline.remainingMilliseconds() === 0,
    giveUp: (end) => unanswered(container, end),
    explainPod: explainStartFailure,
  });
  for (;;) {
    const answer = await askContainer({
      ...question(request, container, command),
      milliseconds: Math.min(tryMilliseconds, deadline.remainingMilliseconds()),
    });
    if (answer.isProven) return answer.text;
    await recovery.next(answer.end);
    signal.throwIfAborted();
  }
}

function question(
  { cluster, pod, signal }: Pick<InspectionInput, 'cluster' | 'pod' | 'signal'>,
  container: JobContainer,
  command: readonly string[],
) {
  return { cluster, pod, container, command, signal, maxBytes: maxAnswerBytes, proof: answered };
}

function unanswered(container: string, end: ExecResult): SystemFailure {
  const why = end.kind === 'exited' ? `exit code ${end.code}` : plainLine(end.message);
  return new SystemFailure('not-ready', {
    what: `The ${container} container runs, but does not respond to exec (${why}).`,
    author: 'Retry the job.',
    operator: "can the API server reach this node's kubelet, and is `create` on `pods/exec` granted?",
  });
}
