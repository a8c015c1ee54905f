// Runs the stages that launchers ask for, side by side, as a process of its own runs one.
import { AsyncLocalStorage } from 'node:async_hooks';
import { resolve } from 'node:path';
import type { Call } from '../../src/resident/call.ts';
import { watchLogDelivery } from '../../src/resident/log-delivery.ts';
import type { Continuation } from '../../src/stage/run/script-place.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import { openScriptSessions } from '../../src/stream/sessions/script-sessions.ts';
import { runToEnd, type Stage } from '../stage-process/run-to-end.ts';
import { stageFiles } from '../stage-process/stage-files.ts';
import { openStageOutput } from '../stage-process/stage-output.ts';
import { cleanupStage } from '../stages/cleanup-stage.ts';
import { keepRegistries } from '../stages/load-registries.ts';
import { prepareStage } from '../stages/prepare-stage.ts';
import { runScriptStage } from '../stages/run-stage.ts';
import type { StageTools } from '../stages/stage-tools.ts';
import { keepClusters } from './kept-clusters.ts';
import { keepPolicies } from './kept-policies.ts';

export type StageFunction = (io: StageIo, argv: readonly string[], tools: StageTools) => Promise<void>;

const ownStages: ReadonlyMap<string, StageFunction> = new Map<string, StageFunction>([
  ['prepare', prepareStage],
  ['run', runScriptStage],
  ['cleanup', cleanupStage],
]);

/** @returns false when the call is over: what crashed is not its alone */
type Crash = (error: unknown) => boolean;

export interface ServedCalls {
  readonly serve: (call: Call) => Promise<void>;
  readonly close: () => void;
}

export function serveCalls(
  report: (line: string) => void,
  stages = ownStages,
  /** Sees each stage before it runs. */
  wrap: (stage: Stage, name: string) => Stage = (stage) => stage,
): ServedCalls {
  const crashes = new AsyncLocalStorage<Crash>();
  endCrashedCalls(crashes, report);
  const clusters = keepClusters();
  const registries = keepRegistries();
  const readPolicy = keepPolicies();
  const sessions = openScriptSessions();
  return {
    serve: async (call) => {
      const tools: StageTools = {
        connect: clusters.connect,
        openRegistries: registries.open,
        continuation: continuationOf(call),
        sessions,
        workingDirectory: call.workingDirectory,
        readPolicy: (path) => readPolicy(resolve(call.workingDirectory, path)),
      };
      const crash = Promise.withResolvers<never>();
      // A call that is over before anybody awaits it.
      crash.promise.catch(() => undefined);
      let isOver = false;
      const endCall: Crash = (error) => {
        crash.reject(error);
        return !isOver;
      };
      await crashes
        .run(endCall, () =>
          serveCall(call, wrap(stageOf(call, tools, stages), call.argv[0] ?? ''), crash.promise),
        )
        .finally(() => {
          isOver = true;
        });
    },
    close: () => {
      sessions.closeAll();
      clusters.close();
      registries.close();
    },
  };
}

/**
 * What nobody caught ends the job that it belongs to. Where that is not known, or was a job that is over (a connection that others use
 * by now), nobody can be trusted to be whole: we end, and launchers work on, alone.
 */
function endCrashedCalls(crashes: AsyncLocalStorage<Crash>, report: (line: string) => void): void {
  const onCrash = (error: unknown): void => {
    report(`Uncaught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const isKnown = crashes.getStore()?.(error) ?? false;
    if (!isKnown) process.exit(1);
  };
  process.on('uncaughtException', onCrash).on('unhandledRejection', onCrash);
}

async function serveCall(call: Call, stage: Stage, crash: Promise<never>): Promise<void> {
  const delivery = watchLogDelivery(call.pid);
  const logReaches = (bytes: number): Promise<void> => delivery.reaches(bytes, call.orphaned);
  const { log, messages } = call;
  const output = openStageOutput({ log, messages, areInherited: false, logReaches }, call.abandon);
  try {
    const exitCode = await runToEnd(stage, {
      env: call.env,
      output,
      files: stageFiles,
      signal: call.signal,
      orphaned: call.orphaned,
      crash,
    });
    // The stage may still run, and ends what it has; not before its failure is decided, or its own end could pass for a success.
    crash.catch(() => call.abandon());
    await call.answer(exitCode);
  } finally {
    output.close();
  }
}

const continuationOf = ({ delivered }: Call): Continuation =>
  delivered === null ? { kind: 'kept' } : { kind: 'continued', delivered, isKept: true };

function stageOf(
  { argv: [name = '', ...argv] }: Call,
  tools: StageTools,
  stages: ReadonlyMap<string, StageFunction>,
): Stage {
  const stage = stages.get(name);
  if (!stage) throw new Error(`there is no stage ${name}`);
  return (io) => stage(io, argv, tools);
}
