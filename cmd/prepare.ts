// prepare_exec: admits the job and starts its pod.
import { connect } from '../src/cluster/kubernetes/connection/connect.ts';
import { credentialStore } from '../src/stage/credential-store.ts';
import { reportOnce } from '../src/stage/failed-tries.ts';
import { prepare as prepareJob } from '../src/stage/prepare/prepare.ts';
import { defineStage } from './command/define-stage.ts';
import { policyOption } from './command/shared-options.ts';
import { resolvePolicyConnection } from './policy-connection.ts';
import { policyArgument, policyPath, readPolicyFile } from './policy-file.ts';
import { randomName } from './random-name.ts';
import { runStage } from './stage-process/stage-process.ts';

export const prepare = defineStage({
  name: 'prepare',
  summary: "admit a job's images or reject them; start its pod.",
  usage: ['prepare [--policy FILE]'],
  about: [
    'It reads the job from $JOB_RESPONSE_FILE, and leaves in $TMPDIR where the pod is, for run and cleanup.',
    'To see the pod without making it: gitlab-pod-executor print-pod --help',
  ],
  positionals: [],
  options: { policy: policyOption },
  runStage: (argv) =>
    runStage((io) =>
      reportOnce(io, async (isNews) => {
        const { policy } = readPolicyFile(policyPath(policyArgument(argv, 'prepare'), io.env));
        await prepareJob({
          io,
          isNews,
          policy,
          resolveConnection: () => resolvePolicyConnection(policy, io.env),
          connect: (connection) => connect(connection, { env: io.env, store: credentialStore(io) }),
          runnerVersion: io.env['CUSTOM_ENV_CI_RUNNER_VERSION'] ?? '',
          now: () => new Date(),
          random: randomName,
        });
      }),
    ),
});
