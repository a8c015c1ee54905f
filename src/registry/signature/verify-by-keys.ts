// Whether one of some public keys made a signature, as cosign makes them.
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** By key type and curve: what cosign's releases hash with. null: ed25519 hashes by itself. */
function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly (string | null)[] {
  if (asymmetricKeyType === 'ed25519') return [null];
  switch (asymmetricKeyDetails?.namedCurve) {
    case 'secp384r1':
      return ['sha256', 'sha384'];
    case 'secp521r1':
      return ['sha256', 'sha512'];
    default:
      return ['sha256'];
  }
}

/** @param keys PEM, checked when the policy was read. @returns the key that signed it; null: none of them did */
export function findSigner(
  keys: readonly string[],
  { content, signature }: { readonly content: Buffer; readonly signature: Buffer },
): string | null {
  return keys.find((pem) => isBy(createPublicKey(pem), content, signature)) ?? null;
}

function isBy(key: KeyObject, content: Buffer, signature: Buffer): boolean {
  return algorithmsOf(key).some((algorithm) => {
    try {
      return verify(algorithm, content, key, signature);
    } catch {
      // A signature of another kind of key.
      return false;
    }
  });
}

/** Digits that tell the keys of a policy apart. */
const shownDigits = 12;

/** For people, who compare it with `openssl pkey -pubin -in cosign.pub -outform der | sha256sum`. */
export function fingerprintOf(pem: string): string {
  const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, shownDigits);
}
