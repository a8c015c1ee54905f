// cleanup: deletes the job's pod.

import type { Policy } from '../../src/policy/policy.ts';
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
  let policy: Promise<Policy> | undefined;
  // Only where prepare left no state: the policy's reader is not loaded otherwise.
  const readOnce = (): Promise<Policy> => {
    policy ??= import('../policy-file.ts').then(({ policyArgument, policyPath }) =>
      readPolicy(policyPath(policyArgument(argv, 'cleanup'), io.env)),
    );
    return policy;
  };
  await recordCleanup(io, { write: writeRecord, sendSpans, now: () => new Date() }, (seen) =>
    cleanup({
      io,
      seen,
      sessions,
      connect: (connection) => connect(connection, io),
      resolveConnection: async () => resolvePolicyConnection(await readOnce(), io.env, workingDirectory),
      hasWorkspaces: async () => (await readOnce()).lasting_workspaces !== undefined,
    }),
  );
}

/** A chunk of its own. */
async function sendSpans(input: Omit<SendInput, 'version'>): Promise<readonly string[]> {
  const { sendSpans: send } = await import('../../src/record/trace/send-spans.ts');
  return send({ ...input, version });
}
