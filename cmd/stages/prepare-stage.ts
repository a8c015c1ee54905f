// prepare: admits the job and starts its pod.
import { recordPrepare } from '../../src/record/record-prepare.ts';
import { reportOnce } from '../../src/stage/failed-tries.ts';
import { prepare } from '../../src/stage/prepare/prepare.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import { resolvePolicyConnection } from '../policy-connection.ts';
import { policyArgument, policyPath } from '../policy-file.ts';
import { randomName } from '../random-name.ts';
import type { StageTools } from './stage-tools.ts';

export async function prepareStage(
  io: StageIo,
  argv: readonly string[],
  { connect, readPolicy, openRegistries, workingDirectory, sessions }: Omit<StageTools, 'continuation'>,
): Promise<void> {
  await reportOnce(io, async (isNews) => {
    const policy = await readPolicy(policyPath(policyArgument(argv, 'prepare'), io.env));
    const work = (observed: StageIo): Promise<void> =>
      prepare({
        io: observed,
        isNews,
        policy,
        sessions,
        resolveConnection: () => resolvePolicyConnection(policy, io.env, workingDirectory),
        connect: (connection) => connect(connection, io),
        openRegistries,
        runnerVersion: io.env['CUSTOM_ENV_CI_RUNNER_VERSION'] ?? '',
        now: () => new Date(),
        random: randomName,
      });
    await recordPrepare(io, policy, work);
  });
}
