// cleanup: deletes the job's pod.
import { recordCleanup } from '../../src/record/record-cleanup.ts';
import type { SendInput } from '../../src/record/trace/send-spans.ts';
import { cleanup } from '../../src/stage/cleanup.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import { resolvePolicyConnection } from '../policy-connection.ts';
import { version } from '../version.ts';
import { writeRecord } from '../write-record.ts';
import type { StageTools } from './stage-tools.ts';

export async function cleanupStage(
  io: StageIo,
  argv: readonly string[],
  { connect, readPolicy, workingDirectory, sessions }: Omit<StageTools, 'continuation' | 'openRegistries'>,
): Promise<void> {
  await recordCleanup(io, { write: writeRecord, sendSpans, now: () => new Date() }, (seen) =>
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

/** A chunk of its own. */
async function sendSpans(input: Omit<SendInput, 'version'>): Promise<readonly string[]> {
  const { sendSpans: send } = await import('../../src/record/trace/send-spans.ts');
  return send({ ...input, version });
}
