import { expect, test } from 'vitest';
import type { Session } from '../../../src/registry/http/session.ts';
import { checkSignatures } from '../../../src/registry/signature/check-signatures.ts';
import { fetchClaims } from '../../../src/registry/signature/fetch-claims.ts';
import { knownSignatures } from '../../../src/registry/signature/known-signatures.ts';
import { signingKey } from '../sign-image.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const nothingThere: Session = { ask: () => Promise.resolve(null) };

test('an image without any signature has no claims', async () => {
  const claims = [];
  for await (const claim of fetchClaims(nothingThere, digest)) claims.push(claim);
  expect(claims).toEqual([]);
});

test('says which key is needed', async () => {
  const keys = [[signingKey().publicPem, signingKey().publicPem]];
  const { why } = await checkSignatures(nothingThere, { digest, keys }, knownSignatures());
  expect(why).toMatch(
    /^Its registry has no signature of it; one by the key [0-9a-f]{12} or [0-9a-f]{12} is needed\.$/,
  );
});

test('keeps ten thousand of the latest, and each for its own digest and keys only', () => {
  const known = knownSignatures();
  for (let index = 0; index < 10_001; index++) known.add(`sha256:${index}`, ['K'], 'K');
  expect(known.has('sha256:0', ['K'])).toBeNull();
  expect(known.has('sha256:10000', ['K'])).toBe('K');
  expect(known.has('sha256:10000', ['K', 'L'])).toBeNull();
});
