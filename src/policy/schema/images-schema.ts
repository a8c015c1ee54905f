// What has to be known of an admitted image before it runs: the digest that its tag stands for, and who signed it.
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { checkedText, patternOf } from './policy-fields.ts';

/** What one cosign makes, and nobody's hand writes; more of it is another file, pasted by mistake. */
const maxPemLength = 64 * 1024;

/** NIST advises against shorter ones (SP 800-57); cosign makes none. */
const minRsaBits = 2048;

const publicKey = checkedText(findKeyFault);

function findKeyFault(pem: string): string | null {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return 'is a private key, which belongs to whoever signs; write the public one (`cosign public-key --key cosign.key`)';
  const key = readKey(pem);
  const wanted = 'write it in PEM, as in cosign.pub (-----BEGIN PUBLIC KEY-----)';
  if (key === null) return `is not a public key; ${wanted}`;
  const { asymmetricKeyType: type = '', asymmetricKeyDetails: details = {} } = key;
  if (!['ec', 'rsa', 'ed25519'].includes(type))
    return `is a key of type ${type}; cosign signs by ec, rsa or ed25519`;
  const bits = details.modulusLength ?? minRsaBits;
  return bits < minRsaBits
    ? `is an RSA key of ${bits} bits; ${minRsaBits} are the fewest that are safe`
    : null;
}

/** null: it is none. A certificate holds one, and means another thing. */
function readKey(pem: string): KeyObject | null {
  if (pem.length > maxPemLength || !/-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) return null;
  try {
    return createPublicKey(pem);
  } catch {
    return null;
  }
}

const authority = checkedText((pem) => {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return pem.length <= maxPemLength && blocks.length > 0 && blocks.every(isCertificate)
    ? null
    : 'is not a certificate in PEM (-----BEGIN CERTIFICATE-----)';
});

function isCertificate(block: string): boolean {
  try {
    new X509Certificate(block);
    return true;
  } catch {
    return false;
  }
}

/** As it stands before the first `/` of an image's name. */
const registryName = checkedText((name) =>
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/.test(name)
    ? null
    : 'is not the name of a registry; write HOST or HOST:PORT in small letters, as in the names of its images',
);

const requiredSignature = z.strictObject({
  images: z
    .array(patternOf('image name'))
    .min(1, 'is empty, so that no image would need a signature; leave the key out to mean all')
    .exactOptional()
    .describe('Patterns; any spelling of an image counts. Absent: every image, the helper among them.'),
  keys: z
    .array(publicKey)
    .min(1, 'is empty, so that no image could run; write a public key')
    .describe('Public keys in PEM; a signature by one of them is enough.'),
});

const checks = {
  resolve: z
    .enum(['none', 'digest'])
    .exactOptional()
    .describe('digest: what a tag stands for is asked once, when the job is admitted, and runs.'),
  require_signature: z
    .array(requiredSignature)
    .exactOptional()
    .describe('Images that need a cosign signature, and by whom; what several entries ask for adds up.'),
};

/** Of a profile or a rule. Nothing here can take back what the policy asks for. */
export const imageChecks = z.strictObject(checks);

/** Of the policy. */
export const images = z.strictObject({
  ...checks,
  registries: z
    .record(
      registryName,
      z.strictObject({
        certificate_authority: authority
          .exactOptional()
          .describe("PEM of the authority of its certificate, in place of the system's."),
        plain_http: z.boolean().exactOptional().describe('Speaks HTTP without TLS.'),
      }),
    )
    .exactOptional()
    .describe('How to reach a registry that is not as all others.'),
});
