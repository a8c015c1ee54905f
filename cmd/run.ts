// run_exec: runs one script of GitLab's. The hot path: about ten of these a job.
import type { Continuation } from '../src/stage/run/script-place.ts';
import type { StageIo } from '../src/stage/stage-io.ts';
import { defineStage } from './command/define-stage.ts';
import { runStage } from './stage-process/stage-process.ts';
import { connectAlone } from './stages/connect-alone.ts';
import { runScriptStage } from './stages/run-stage.ts';

export const run = defineStage({
  name: 'run',
  summary: "run one script in the job's pod, and end as it ends.",
  usage: ['run SCRIPT SUB-STAGE'],
  about: [
    'GitLab Runner appends SCRIPT (a file) and SUB-STAGE (get_sources, build_script, after_script …) to run_args.',
    'It finds the pod by what prepare left in $TMPDIR.',
  ],
  positionals: [{ name: 'SCRIPT' }, { name: 'SUB-STAGE' }],
  options: {},
  runStage: (argv) =>
    runStage((io) =>
      runScriptStage(io, argv, { connect: connectAlone, continuation: continuationOf(io.env) }),
    ),
});

/** The launcher says it when a resident ended in mid-script; no variable of a job has such a name (they begin with CUSTOM_ENV_). */
export function continuationOf(env: StageIo['env']): Continuation {
  const delivered = env['GITLAB_POD_EXECUTOR_DELIVERED'];
  if (delivered === undefined) return { kind: 'none' };
  return {
    kind: 'continued',
    isKept: false,
    delivered: /^\d{1,15}$/.test(delivered) ? Number(delivered) : null,
  };
}
