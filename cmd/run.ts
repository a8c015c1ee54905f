// run_exec: runs one script of GitLab's. The hot path: about ten of these a job.
import { connect } from '../src/cluster/kubernetes/connect.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import { run } from '../src/stage/run.ts';
import { runStage } from './stage-process.ts';

/** GitLab Runner appends the script's path and the sub-stage's name to `run_args`. */
export async function runSubStage(argv: readonly string[]): Promise<void> {
  await runStage(async (io) => {
    const [scriptPath, subStage] = argv.slice(-2);
    if (!scriptPath || !subStage) {
      throw new SystemFailure(
        'script-unreadable',
        'run needs a script and a sub-stage: GitLab Runner appends both to `run_args`.',
      );
    }
    await run({ io, connect: (connection) => connect(connection), scriptPath, subStage });
  });
}
