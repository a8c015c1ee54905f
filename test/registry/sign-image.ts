// Signs images as cosign does, in both of its layouts, and puts the signature beside the image.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type FakeRegistry, indexType, manifestType } from './fake-registry.ts';

export interface SigningKey {
  readonly publicPem: string;
  readonly privateKey: KeyObject;
}

export function signingKey(type: 'ec' | 'rsa' | 'ed25519' = 'ec', curve = 'P-256'): SigningKey {
  const pair =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: curve })
      : type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519');
  return {
    publicPem: pair.publicKey.export({ type: 'spki', format: 'pem' }),
    privateKey: pair.privateKey,
  };
}

interface Signed {
  readonly path: string;
  /** Of the image that it is put beside. */
  readonly digest: string;
  readonly by: SigningKey;
  /** Of the image that it speaks of; the same unless given. */
  readonly about?: string;
}

const signatureOf = ({ privateKey }: SigningKey, content: Buffer): string =>
  sign(privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', content, privateKey).toString('base64');

export function simplePayload(digest: string, type = 'cosign container image signature'): Buffer {
  const critical = {
    identity: { 'docker-reference': 'registry.example.org/team/app' },
    image: { 'docker-manifest-digest': digest },
    type,
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

/** As cosign did until its third version: one manifest with all signatures, behind a tag made of the digest. */
export function putSimpleSignatures(registry: FakeRegistry, all: readonly Signed[]): void {
  const layers = all.map(({ digest, by, about = digest }) => {
    const payload = simplePayload(about);
    return {
      mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
      digest: registry.putBlob(payload),
      size: payload.byteLength,
      annotations: { 'dev.cosignproject.cosign/signature': signatureOf(by, payload) },
    };
  });
  const [{ path, digest } = { path: '', digest: '' }] = all;
  const manifest = { schemaVersion: 2, mediaType: manifestType, layers };
  registry.putManifest(path, manifest, { tag: `${digest.replace(':', '-')}.sig` });
}

const signPredicate = 'https://sigstore.dev/cosign/sign/v1';

export function bundleOf(digest: string, by: SigningKey, predicateType = signPredicate): string {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType,
    predicate: {},
  };
  const payload = Buffer.from(JSON.stringify(statement));
  const payloadType = 'application/vnd.in-toto+json';
  const content = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: 'a hint' }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ sig: signatureOf(by, content) }],
    },
  });
}

/** As cosign does now: a bundle that refers to the image. @returns the digest of its manifest */
export function putBundle(
  registry: FakeRegistry,
  { path, digest, by, about = digest }: Signed,
  { predicateType = signPredicate, isBehindTag = false } = {},
): string {
  const bundle = bundleOf(about, by, predicateType);
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const annotations = { 'dev.sigstore.bundle.predicateType': predicateType };
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: mediaType,
    layers: [{ mediaType, digest: registry.putBlob(bundle), size: bundle.length }],
    subject: { mediaType: manifestType, digest, size: 2 },
    annotations,
  };
  const put = registry.putManifest(path, manifest);
  if (isBehindTag) {
    const list = {
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [{ mediaType: manifestType, digest: put, artifactType: mediaType, annotations }],
    };
    registry.putManifest(path, list, { tag: digest.replace(':', '-'), type: indexType });
  }
  return put;
}
