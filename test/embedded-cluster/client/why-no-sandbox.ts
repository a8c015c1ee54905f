// Whether there is a sandbox for those who need one, and whether they may do without.
import { probeSandbox } from '../probe-sandbox.ts';

/** null: there is one that proves its user namespace. */
export function whyNoSandbox(): Promise<string | null> {
  return probeSandbox().then(
    ({ kind, provesUserNamespace }) =>
      provesUserNamespace ? null : `${kind} gives pods no user namespace that proves itself`,
    (error: unknown) => (error as Error).message,
  );
}

/**
 * The reason as it is, for a suite to skip by.
 * @throws Error where there must be none: scripts/test has found a sandbox, and says so by REQUIRE_SANDBOX
 */
export function reasonToSkip(reason: string | null): string | null {
  if (reason !== null && process.env['REQUIRE_SANDBOX'])
    throw new Error(`REQUIRE_SANDBOX is set, and there is no sandbox: ${reason}`);
  return reason;
}
