// run_exec: runs one script of GitLab's. The hot path: about ten of these a job.
import { connect } from '../src/cluster/kubernetes/connection/connect.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import { credentialStore } from '../src/stage/credential-store.ts';
import { run as runScript } from '../src/stage/run/run.ts';
import { defineStage } from './command/define-stage.ts';
import { runStage } from './stage-process/stage-process.ts';

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
    runStage(async (io) => {
      const [scriptPath, subStage] = argv.slice(-2);
      if (!scriptPath || !subStage) {
        throw new SystemFailure('script-unreadable', {
          what: 'run needs a script and a sub-stage: GitLab Runner appends both to `run_args`.',
        });
      }
      await runScript({
        io,
        connect: (connection) => connect(connection, { env: io.env, store: credentialStore(io) }),
        scriptPath,
        subStage,
      });
    }),
});
