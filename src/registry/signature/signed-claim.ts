// What one signature says, read from the two ways in which cosign keeps it: "simple signing", whose manifest has the tag
// `sha256-DIGEST.sig`, and the newer Sigstore bundle, which refers to the image. Both name the digest inside of what is signed, so that
// a signature of one image is worth nothing beside another.

export interface SignedClaim {
  /** The very bytes that are signed. */
  readonly content: Buffer;
  readonly signature: Buffer;
  /** `sha256:…` of the images that it is about. */
  readonly digests: readonly string[];
}

/** The first is what cosign wrote until its third version. */
const simpleTypes = ['cosign container image signature', 'https://sigstore.dev/cosign/sign/v1'];

/** @param signature base64. null: it is no claim of cosign's about an image */
export function readSimpleSigning(payload: Buffer, signature: string): SignedClaim | null {
  const { critical } = asRecord(parse(payload.toString()));
  const { type, image } = asRecord(critical);
  if (!simpleTypes.some((one) => one === type)) return null;
  const digest = asRecord(image)['docker-manifest-digest'];
  if (typeof digest !== 'string') return null;
  return { content: payload, signature: Buffer.from(signature, 'base64'), digests: [digest] };
}

const payloadType = 'application/vnd.in-toto+json';
/** A statement that says no more than "signed": a report of tests, signed by the same key, is another one. */
const signedPredicate = 'https://sigstore.dev/cosign/sign/v1';
/** cosign writes one. */
const maxSignatures = 8;

/** @returns a claim for each signature of the envelope */
export function readBundle(text: string): readonly SignedClaim[] {
  const { dsseEnvelope } = asRecord(parse(text));
  const envelope = asRecord(dsseEnvelope);
  if (envelope['payloadType'] !== payloadType || typeof envelope['payload'] !== 'string') return [];
  const payload = Buffer.from(envelope['payload'], 'base64');
  const statement = asRecord(parse(payload.toString()));
  if (statement['predicateType'] !== signedPredicate) return [];
  const digests = asList(statement['subject']).flatMap((subject) => {
    const { sha256 } = asRecord(asRecord(subject)['digest']);
    return typeof sha256 === 'string' ? [`sha256:${sha256}`] : [];
  });
  return asList(envelope['signatures'])
    .slice(0, maxSignatures)
    .flatMap((one) => {
      const { sig } = asRecord(one);
      if (typeof sig !== 'string') return [];
      return [{ content: preAuthEncoding(payload), signature: Buffer.from(sig, 'base64'), digests }];
    });
}

/** What DSSE signs: type and payload, each with its length (github.com/secure-systems-lab/dsse, protocol.md). */
function preAuthEncoding(payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** undefined: no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Foreign JSON, of which nothing is known. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
