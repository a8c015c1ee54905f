// cleanup_exec: deletes the job's pod.
import { connect } from '../src/cluster/kubernetes/connection/connect.ts';
import { cleanup as cleanUpJob } from '../src/stage/cleanup.ts';
import { credentialStore } from '../src/stage/credential-store.ts';
import { defineStage } from './command/define-stage.ts';
import { policyOption } from './command/shared-options.ts';
import { resolvePolicyConnection } from './policy-connection.ts';
import { runStage } from './stage-process/stage-process.ts';

export const cleanup = defineStage({
  name: 'cleanup',
  summary: "delete the job's pod and do not wait for its end.",
  usage: ['cleanup [--policy FILE]'],
  about: [
    'It reads the job from $JOB_RESPONSE_FILE. It needs the policy only where prepare left nothing in $TMPDIR. It may be called twice, or without prepare.',
    'For what crashed runners left: gitlab-pod-executor sweep --help',
  ],
  positionals: [],
  options: { policy: policyOption },
  runStage: (argv) =>
    runStage(async (io) => {
      await cleanUpJob({
        io,
        connect: (connection) => connect(connection, { env: io.env, store: credentialStore(io) }),
        // Only where prepare left no state: the policy's reader is not loaded otherwise.
        resolveConnection: async () => {
          const { policyArgument, policyPath, readPolicyFile } = await import('./policy-file.ts');
          const { policy } = readPolicyFile(policyPath(policyArgument(argv, 'cleanup'), io.env));
          return resolvePolicyConnection(policy, io.env);
        },
      });
    }),
});
