// A suite whose stages a resident does, from the suite's start to its end. It must have done some, and have ended well: a suite that
// works alone would pass too.
import type { TestProject } from 'vitest/node';
import { whyNoCluster } from '../cluster/cluster-under-test.ts';
import { startTestResident } from './a-resident.ts';

/** @returns what ends it */
export default async function setUp({
  name,
  config,
}: TestProject): Promise<(() => Promise<void>) | undefined> {
  // What needs a cluster is skipped, and says so.
  if ((await whyNoCluster()) !== null) return undefined;
  const resident = await startTestResident(config.env['GITLAB_POD_EXECUTOR_RESIDENT']);
  return async () => {
    resident.signal('SIGTERM');
    const exitCode = await resident.ended;
    await resident.stop();
    const served = Number(/^Served (\d+) calls\.$/m.exec(resident.said())?.[1] ?? 0);
    console.log(`The resident of ${name} (exit code ${exitCode}) said:\n${resident.said()}`);
    if (exitCode !== 0 || served === 0 || resident.said().includes('Uncaught'))
      throw new Error(`The stages of ${name} were not done by the suite's resident.`);
  };
}
