// run: one script of GitLab's. The hot path: about ten of these a job.
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { recordRun } from '../../src/record/record-notes.ts';
import { run } from '../../src/stage/run/run.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import type { StageTools } from './stage-tools.ts';

export async function runScriptStage(
  io: StageIo,
  argv: readonly string[],
  { connect, continuation, sessions }: Pick<StageTools, 'connect' | 'continuation' | 'sessions'>,
): Promise<void> {
  const [scriptPath, subStage] = argv.slice(-2);
  if (!scriptPath || !subStage) {
    throw new SystemFailure('script-unreadable', {
      what: 'run needs a script and a sub-stage: GitLab Runner appends both to `run_args`.',
    });
  }
  await recordRun(io, subStage, () =>
    run({
      io,
      connect: (connection) => connect(connection, io),
      scriptPath,
      subStage,
      continuation,
      sessions,
    }),
  );
}
