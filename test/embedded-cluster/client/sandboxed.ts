// Suites that need a sandbox: skipped aloud where none works, an error where one is demanded.
import { describe } from 'vitest';
import { reasonToSkip, whyNoSandbox } from './why-no-sandbox.ts';

/** `describe`, or its skipping twin. */
export async function describeWithSandbox(): Promise<typeof describe | typeof describe.skip> {
  const reason = reasonToSkip(await whyNoSandbox());
  if (reason === null) return describe;
  console.warn(`SKIPPED: ${reason}`);
  return describe.skip;
}
