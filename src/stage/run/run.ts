// The run stage: one script of GitLab's in the right container, to its true end.
import type { Cluster, Connection } from '../../cluster/cluster.ts';
import { completeEnvironment, type ScriptPrologue } from '../../in-container/commands.ts';
import { buildContainer, helperContainer } from '../../layout/container-names.ts';
import type { SubStage } from '../../layout/sub-stage.ts';
import { BuildFailure } from '../../outcome/build-failure.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { deletePodInTime } from '../../stream/delete-pod.ts';
import { quietShell } from '../../stream/quiet-shell.ts';
import { runScript, type ScriptEnd } from '../../stream/run-script.ts';
import type { ScriptRun } from '../../stream/script-run.ts';
import type { ScriptSessions } from '../../stream/sessions/script-sessions.ts';
import { line } from '../../text/log-lines.ts';
import {
  hasUserCodeRun,
  markDeletion,
  markUserCode,
  readAttemptState,
  refuseDeletedPod,
} from '../attempt-state.ts';
import { markSources } from '../fetched-sources.ts';
import { explainInterruption } from '../interruption.ts';
import { runnerFileAdvice } from '../job-file.ts';
import type { StageIo } from '../stage-io.ts';
import { endUserCode } from './end-user-code.ts';
import { explainKills } from './explain-kills.ts';
import { requireSubStage } from './require-sub-stage.ts';
import { type Continuation, placeOfScript, type ScriptPlace } from './script-place.ts';
import { logServices } from './service-logs.ts';
import {
  clearingOf,
  environmentOf,
  moveTemporaryFiles,
  placesOf,
  type UsedWorkspace,
  usedWorkspace,
} from './used-workspace.ts';
import { type Watched, warnLateCrashes, watchOver } from './watch-over.ts';

export interface RunInput {
  readonly io: StageIo;
  readonly connect: (connection: Connection) => Cluster;
  readonly scriptPath: string;
  readonly subStage: string;
  readonly continuation: Continuation;
  /** Of a process that serves several stages. */
  readonly sessions?: ScriptSessions | undefined;
}

/** @throws BuildFailure with the script's own exit code when it is not 0; SystemFailure when nobody can know it */
export async function run({
  io,
  connect,
  scriptPath,
  subStage,
  continuation,
  sessions,
}: RunInput): Promise<void> {
  const { container, role } = requireSubStage(subStage);
  const [state, script] = await Promise.all([readAttemptState(io), readScript(io, scriptPath)]);
  // It would remove what goes with the pod, which is next to go.
  if (role === 'last' && state.isWorkspaceInPod) return;
  await refuseDeletedPod(io, state);
  const place = await placeOfScript(io, { scriptPath, subStage }, continuation);
  const cluster = rememberDeletion(connect(state.connection), io);
  try {
    const watched = { io, cluster, state, container, logged: new Set<string>() };
    await runWatched({ ...watched, role, subStage, script, place, sessions });
  } catch (error) {
    throw explainInterruption(error, io.signal, 'the script');
  } finally {
    cluster.close();
  }
}

interface Step extends Watched {
  readonly role: SubStage['role'];
  readonly subStage: string;
  readonly script: Buffer;
  readonly place: ScriptPlace;
  readonly sessions: ScriptSessions | undefined;
}

async function runWatched(step: Step): Promise<void> {
  const { io, cluster, state } = step;
  const watch = watchOver(step);
  let deletion: Promise<boolean> | undefined;
  const deleteOnce = (): Promise<boolean> => {
    deletion ??= deletePodInTime(cluster, state.pod);
    return deletion;
  };
  try {
    const usedBefore = await beforeScript(step);
    const ending = runScript(scriptRunOf(step, usedBefore, watch.died));
    const end = await Promise.race([ending, untilOrphaned(io)]).catch(async (error: unknown) => {
      // Of a script that was stopped, or lost, the services may know why.
      await showServices(step);
      throw error;
    });
    if (end === 'orphaned') throw orphaned(await deleteOnce());
    await afterScript(step, end);
  } finally {
    watch.end();
    if (io.orphaned.aborted) await deleteOnce();
  }
}

function scriptRunOf(step: Step, usedBefore: boolean, died: AbortSignal): ScriptRun {
  const { io, cluster, state, container, role, script, place, sessions } = step;
  const used =
    container === helperContainer && usedBefore ? usedWorkspace(state.projectDirectory, role) : null;
  return {
    cluster,
    pod: state.pod,
    container,
    shell: state.shells[container],
    environment: container === helperContainer ? environmentOf(state.shells.helper, used) : [],
    ...(sessions && { session: { sessions, workspace: placesOf(used) } }),
    prologue: prologueOf(step, used),
    ...place,
    script: quietShell(used ? moveTemporaryFiles(script, used) : script),
    log: io.output,
    warn: (text) => io.log(line(text, 'yellow')),
    reconnecting: () => io.observe?.({ kind: 'reconnected' }),
    timeouts: state.timeouts,
    logLimit: state.logLimit,
    signal: io.signal,
    died,
  };
}

function prologueOf({ container, role, script }: Step, used: UsedWorkspace | null): ScriptPrologue | null {
  if (container === buildContainer) return completeEnvironment();
  return used ? clearingOf(used, role, script) : null;
}

/** @throws BuildFailure when the script's exit code is not 0 */
async function afterScript(step: Step, { exitCode, oomKills }: ScriptEnd): Promise<void> {
  const { io, cluster, state, container, subStage } = step;
  if (container === buildContainer) await warnLateCrashes(step);
  if (state.holdsWorkspace) await markSources(io, { subStage, exitCode });
  await showServices(step);
  await explainKills({ io, cluster, state, container, exitCode, oomKills });
  if (exitCode === 0) return;
  throw new BuildFailure(
    'script-failed',
    { what: `The ${subStage} script ended with exit code ${exitCode}.` },
    { exitCode },
  );
}

function showServices({ io, cluster, state, subStage }: Step): Promise<void> {
  return logServices({ io, cluster, state, subStage, now: () => new Date() });
}

function untilOrphaned({ orphaned }: StageIo): Promise<'orphaned'> {
  return new Promise((resolve) => {
    if (orphaned.aborted) resolve('orphaned');
    orphaned.addEventListener('abort', () => resolve('orphaned'));
  });
}

function orphaned(isDeleted: boolean): SystemFailure {
  const pod = isDeleted
    ? "the job's pod is deleted."
    : "the cluster did not confirm that the job's pod is deleted.";
  return new SystemFailure('interrupted', {
    what: `GitLab Runner is gone, or asked twice to end; ${pod}`,
  });
}

/** Whoever of the run stage deletes the pod, those after it know that it was no stranger. */
function rememberDeletion(cluster: Cluster, io: StageIo): Cluster {
  const deletePod: Cluster['deletePod'] = async (...target) => {
    await markDeletion(io, 'requested');
    const result = await cluster.deletePod(...target);
    await markDeletion(io, 'confirmed');
    return result;
  };
  return { ...cluster, deletePod };
}

async function readScript(io: StageIo, path: string): Promise<Buffer> {
  try {
    return await io.files.read(path);
  } catch (cause) {
    throw new SystemFailure(
      'script-unreadable',
      {
        what: `Cannot read the script ${path}: ${(cause as Error).message}.`,
        ...runnerFileAdvice,
      },
      { cause },
    );
  }
}

/** @returns whether user code has had the workspace; if so, its container has ended before a helper script starts */
async function beforeScript({ io, cluster, state, container }: Step): Promise<boolean> {
  if (container === buildContainer) {
    await markUserCode(io);
    return true;
  }
  if (!(await hasUserCodeRun(io))) return false;
  await endUserCode(io, cluster, state);
  return true;
}
