// prepare_exec: admits the job and starts its pod.
import { randomBytes } from 'node:crypto';
import { connect } from '../src/cluster/kubernetes/connect.ts';
import { prepare } from '../src/stage/prepare.ts';
import { resolvePolicyConnection } from './policy-connection.ts';
import { policyOption, policyPath, readPolicyFile } from './policy-file.ts';
import { runStage } from './stage-process.ts';

/** Letters and digits that nobody mistakes for another, and that Kubernetes takes in a name. */
const base32 = 'abcdefghijkmnpqrstuvwxyz23456789';
const randomLength = 8;

export async function prepareStage(argv: readonly string[]): Promise<void> {
  await runStage(async (io) => {
    const { policy } = readPolicyFile(policyPath(policyOption(argv, 'prepare'), io.env));
    await prepare({
      io,
      policy,
      resolveConnection: () => resolvePolicyConnection(policy, io.env),
      connect: (connection) => connect(connection),
      runnerVersion: io.env['CUSTOM_ENV_CI_RUNNER_VERSION'] ?? '',
      now: () => new Date(),
      random: () => Array.from(randomBytes(randomLength), (byte) => base32[byte % base32.length]).join(''),
    });
  });
}
