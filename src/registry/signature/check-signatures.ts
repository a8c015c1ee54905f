// Whether an image is signed as the policy asks.
import type { Session } from '../http/session.ts';
import { fetchClaims } from './fetch-claims.ts';
import type { SignedClaim } from './signed-claim.ts';
import { findSigner, fingerprintOf } from './verify-by-keys.ts';

/** `why`: a whole sentence. */
export type SignatureCheck =
  | { readonly signedBy: readonly string[]; readonly why?: undefined }
  | { readonly why: string; readonly signedBy?: undefined };

/** What was found once holds forever: a signature, a key and a digest do not change. */
export interface KnownSignatures {
  has(digest: string, keys: readonly string[]): string | null;
  add(digest: string, keys: readonly string[], signer: string): void;
}

/** @param keys PEM: one of each list has to have signed it. @throws RegistryFailure */
export async function checkSignatures(
  session: Session,
  { digest, keys }: { readonly digest: string; readonly keys: readonly (readonly string[])[] },
  known: KnownSignatures,
): Promise<SignatureCheck> {
  const signers = keys.map((list) => known.has(digest, list));
  const seen = { claims: 0, ofOthers: false };
  if (signers.includes(null)) {
    for await (const claim of fetchClaims(session, digest)) {
      seen.claims += 1;
      for (const [index, list] of keys.entries()) {
        if (signers[index] !== null) continue;
        const signer = findSigner(list, claim);
        if (signer === null) continue;
        if (isAbout(claim, digest)) signers[index] = remember(known, digest, list, signer);
        else seen.ofOthers = true;
      }
      if (!signers.includes(null)) break;
    }
  }
  const found = signers.filter((signer) => signer !== null);
  if (found.length === signers.length) return { signedBy: [...new Set(found)].map(fingerprintOf) };
  return { why: explain(seen, keys[signers.indexOf(null)] ?? []) };
}

const isAbout = ({ digests }: SignedClaim, digest: string): boolean => digests.includes(digest);

function remember(known: KnownSignatures, digest: string, keys: readonly string[], signer: string): string {
  known.add(digest, keys, signer);
  return signer;
}

function explain(
  { claims, ofOthers }: { readonly claims: number; readonly ofOthers: boolean },
  keys: readonly string[],
): string {
  const wanted = keys.map(fingerprintOf).join(' or ');
  if (claims === 0) return `Its registry has no signature of it; one by the key ${wanted} is needed.`;
  if (ofOthers)
    return `The signature beside it is of another image; one of this image by the key ${wanted} is needed.`;
  const which =
    claims === 1
      ? 'The signature that its registry has'
      : `None of the ${claims} signatures that its registry has`;
  return claims === 1
    ? `${which} is by another key; the key ${wanted} is needed.`
    : `${which} is by the key ${wanted}, which is needed.`;
}
