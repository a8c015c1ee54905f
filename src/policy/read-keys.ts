// Each key of a written policy for itself.
import { z } from 'zod';
import { malformed } from './malformed.ts';
import type { ReadablePolicy } from './readable-policy.ts';
import { policySchema } from './schema/policy-schema.ts';

/** @returns null: what was written has no keys at all. */
export function readKeys(written: unknown, hash: string): ReadablePolicy | null {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return null;
  const keys = Object.entries(policySchema.shape).map(([key, schema]) => {
    const alone = Object.hasOwn(written, key) ? { [key]: Reflect.get(written, key) as unknown } : {};
    return z.object({ [key]: schema }).safeParse(alone).data ?? { [key]: malformed };
  });
  return { ...(Object.assign({}, ...keys) as Omit<ReadablePolicy, 'hash'>), hash };
}
