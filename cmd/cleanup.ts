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
      resolveConnection: () =>
        resolvePolicyConnection(readPolicyFile(policyPath(given, io.env)).policy, io.env),
    });
  });
}
