// cleanup: deletes the job's pod.
import { recordCleanup } from '../../src/record/record-cleanup.ts';
import { cleanup } from '../../src/stage/cleanup.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import { resolvePolicyConnection } from '../policy-connection.ts';
import { writeRecord } from '../write-record.ts';
import type { StageTools } from './stage-tools.ts';

export async function cleanupStage(
  io: StageIo,
  argv: readonly string[],
  { connect, readPolicy, workingDirectory, sessions }: Omit<StageTools, 'continuation' | 'openRegistries'>,
): Promise<void> {
  await recordCleanup(io, { write: writeRecord, now: () => new Date() }, (seen) =>
    cleanup({
      io,
      seen,
      sessions,
      connect: (connection) => connect(connection, io),
      // Only where prepare left no state: the policy's reader is not loaded otherwise.
      resolveConnection: async () => {
        const { policyArgument, policyPath } = await import('../policy-file.ts');
        const policy = await readPolicy(policyPath(policyArgument(argv, 'cleanup'), io.env));
        return resolvePolicyConnection(policy, io.env, workingDirectory);
      },
    }),
  );
}
