// cleanup_exec: deletes the job's pod.
import { connect } from '../src/cluster/kubernetes/connect.ts';
import { cleanup } from '../src/stage/cleanup.ts';
import { resolvePolicyConnection } from './policy-connection.ts';
import { runStage } from './stage-process.ts';

export async function cleanupStage(argv: readonly string[]): Promise<void> {
  await runStage(async (io) => {
    await cleanup({
      io,
      connect: (connection) => connect(connection),
      // Only where prepare left no state: the policy's reader is not loaded otherwise.
      resolveConnection: async () => {
        const { policyOption, policyPath, readPolicyFile } = await import('./policy-file.ts');
        const { policy } = readPolicyFile(policyPath(policyOption(argv, 'cleanup'), io.env));
        return resolvePolicyConnection(policy, io.env);
      },
    });
  });
}
