// The run stage: one script of GitLab's in the right container, to its true end.
import { randomBytes } from 'node:crypto';
import type { Cluster, Connection } from '../../cluster/cluster.ts';
import type { JobContainer } from '../../layout/container-names.ts';
import { scriptsDirectory } from '../../layout/paths.ts';
import { BuildFailure } from '../../outcome/build-failure.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { quietShell } from '../../stream/quiet-shell.ts';
import { runScript } from '../../stream/run-script.ts';
import { line } from '../../text/log-lines.ts';
import {
  type AttemptState,
  hasUserCodeRun,
  markPodDeleted,
  markUserCode,
  readAttemptState,
  refuseDeletedPod,
} from '../attempt-state.ts';
import { explainInterruption } from '../interruption.ts';
import { runnerFileAdvice } from '../job-file.ts';
import type { StageIo } from '../stage-io.ts';
import { endUserCode } from './end-user-code.ts';
import { hintAt137 } from './hint-at-137.ts';
import { requireSubStage } from './require-sub-stage.ts';
import { logServices } from './service-logs.ts';
import { clearingOf, environmentOf, moveTemporaryFiles, usedWorkspace } from './used-workspace.ts';
import { warnLateCrashes, watchOver } from './watch-over.ts';

export interface RunInput {
  readonly io: StageIo;
  readonly connect: (connection: Connection) => Cluster;
  readonly scriptPath: string;
  readonly subStage: string;
}

/** @throws BuildFailure with the script's own exit code when it is not 0; SystemFailure when nobody can know it */
export async function run({ io, connect, scriptPath, subStage }: RunInput): Promise<void> {
  const { container, role } = requireSubStage(subStage);
  const [state, script] = await Promise.all([readAttemptState(io), readScript(io, scriptPath)]);
  // It would remove what goes with the pod, which is next to go.
  if (role === 'last' && state.isWorkspaceInPod) return;
  await refuseDeletedPod(io, state);
  const cluster = rememberDeletion(connect(state.connection), io);
  const logged = new Set<string>();
  const watch = watchOver({ io, cluster, state, container, logged });
  try {
    const userCode = await beforeScript(io, cluster, state, container);
    const used = container === 'helper' && userCode ? usedWorkspace(state.projectDirectory, role) : null;
    const ending = runScript({
      cluster,
      pod: state.pod,
      container,
      shell: state.shells[container],
      environment: container === 'helper' ? environmentOf(state.shells.helper, used) : [],
      prologue: used ? clearingOf(used, role, script) : null,
      // `step_*` names come from the job: only letters, digits and `_` of them get into a path.
      directory: `${scriptsDirectory}/run-${subStage.replace(/\W/g, '_').slice(0, 40)}-${randomBytes(8).toString('hex')}`,
      script: quietShell(used ? moveTemporaryFiles(script, used) : script),
      log: io.output,
      warn: (text) => io.log(line(text, 'yellow')),
      timeouts: state.timeouts,
      logLimit: state.logLimit,
      signal: io.signal,
      died: watch.died,
    });
    const code = await Promise.race([ending, rejectWhenOrphaned(io)]);
    if (container === 'build') await warnLateCrashes({ io, cluster, state, logged });
    await logServices({ io, cluster, state, subStage, now: () => new Date() });
    if (code === 0) return;
    await hintAt137({ io, cluster, state, container, code });
    throw new BuildFailure(
      'script-failed',
      { what: `The ${subStage} script ended with exit code ${code}.` },
      { exitCode: code },
    );
  } catch (error) {
    throw explainInterruption(error, io.signal, 'the script');
  } finally {
    watch.end();
    if (io.orphaned.aborted) await deleteBestEffort(cluster, state);
    cluster.close();
  }
}

function rejectWhenOrphaned(io: StageIo): Promise<never> {
  return new Promise((_, reject) => {
    const reportOrphaned = (): void =>
      reject(
        new SystemFailure('interrupted', {
          what: "GitLab Runner is gone, or asked twice to end; the job's pod is deleted.",
        }),
      );
    if (io.orphaned.aborted) reportOrphaned();
    io.orphaned.addEventListener('abort', reportOrphaned);
  });
}

/** Whoever of the run stage deletes the pod, those after it know that it was no stranger. */
function rememberDeletion(cluster: Cluster, io: StageIo): Cluster {
  const deletePod: Cluster['deletePod'] = async (...target) => {
    await markPodDeleted(io);
    return cluster.deletePod(...target);
  };
  return { ...cluster, deletePod };
}

const deleteMilliseconds = 5000;

/** Nobody reads a failure any more; the pod's own deadline is the last resort. */
async function deleteBestEffort(cluster: Cluster, state: AttemptState): Promise<void> {
  await cluster
    .deletePod(state.pod, { signal: AbortSignal.timeout(deleteMilliseconds) })
    .catch(() => undefined);
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
async function beforeScript(
  io: StageIo,
  cluster: Cluster,
  state: AttemptState,
  container: JobContainer,
): Promise<boolean> {
  if (container === 'build') {
    await markUserCode(io);
    return true;
  }
  if (!(await hasUserCodeRun(io))) return false;
  await endUserCode(io, cluster, state);
  return true;
}
