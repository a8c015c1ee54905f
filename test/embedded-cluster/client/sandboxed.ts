// Suites that need a sandbox: skipped aloud where none works, an error where one is demanded.
import { describe } from 'vitest';
import { probeSandbox } from '../probe-sandbox.ts';

/** Set in CI: a suite that would be skipped fails instead. */
const demanded = process.env['REQUIRE_SANDBOX'] !== undefined && process.env['REQUIRE_SANDBOX'] !== '';

/** `describe`, or its skipping twin. */
export async function describeWithSandbox(): Promise<typeof describe | typeof describe.skip> {
  try {
    const { provesUserNamespace, kind } = await probeSandbox();
    if (provesUserNamespace) return describe;
    return refuse(`${kind} gives pods no user namespace that proves itself`);
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(reason: string): typeof describe.skip {
  if (demanded) throw new Error(`REQUIRE_SANDBOX is set: ${reason}`);
  console.warn(`SKIPPED: ${reason}`);
  return describe.skip;
}
