// With THROUGH_RESIDENT=1 a suite's stages are done by one resident, which serves from the suite's start to its end. It must have served
// some, and have ended well: a suite that works alone would pass too.
import { startTestResident } from './a-resident.ts';

export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (!process.env['THROUGH_RESIDENT']) return undefined;
  const resident = await startTestResident();
  process.env['GITLAB_POD_EXECUTOR_RESIDENT'] = resident.directory;
  return async () => {
    resident.signal('SIGTERM');
    const exitCode = await resident.ended;
    await resident.stop();
    console.log(`The resident (exit code ${exitCode}) said:\n${resident.said()}`);
    const served = Number(/^Served (\d+) calls\.$/m.exec(resident.said())?.[1] ?? 0);
    if (exitCode !== 0 || served === 0 || resident.said().includes('Uncaught'))
      throw new Error('The suite did not run through its resident.');
  };
}
