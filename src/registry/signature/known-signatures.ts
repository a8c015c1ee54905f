// Which digests are known to be signed: for a resident, which sees the same images all day. Only a yes is kept; a no may change.
import type { KnownSignatures } from './check-signatures.ts';

/** Some hundred bytes each; a runner sees a few hundred images. */
const maxKept = 10_000;

export function knownSignatures(): KnownSignatures {
  const kept = new Map<string, string>();
  const keyOf = (digest: string, keys: readonly string[]): string => JSON.stringify([digest, keys]);
  return {
    has: (digest, keys) => kept.get(keyOf(digest, keys)) ?? null,
    add: (digest, keys, signer) => {
      const [oldest] = kept.keys();
      if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest);
      kept.set(keyOf(digest, keys), signer);
    },
  };
}
