// Finds the signatures that a registry keeps beside an image. How many it has, and how long each takes, is decided by who may push
// there; so each thing has an end.
import type { Session } from '../http/session.ts';
import { RegistryFailure } from '../registry-failure.ts';
import { isDigest, maxManifestBytes } from '../resolve-digest.ts';
import { asList, asRecord, readBundle, readSimpleSigning, type SignedClaim } from './signed-claim.ts';

const imageManifest = 'application/vnd.oci.image.manifest.v1+json';
const imageIndex = 'application/vnd.oci.image.index.v1+json';
const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json';
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** Registries that look for the type where it stood before, and find this there. */
const untyped = 'application/vnd.oci.empty.v1+json';

const signatureAnnotation = 'dev.cosignproject.cosign/signature';
const predicateAnnotation = 'dev.sigstore.bundle.predicateType';

/** cosign keeps all signatures of an image in one manifest, each some hundred bytes. */
const maxSignatures = 32;
/** Reports and lists of parts are referrers, too; of those that may be signatures, each costs two requests. */
const maxBundles = 16;
/** A statement of a few lines; a log's proof and a certificate may stand beside it. */
const maxClaimBytes = 256 * 1024;

/** One after the other, so that whoever found a good one asks for no more. @throws RegistryFailure */
export async function* fetchClaims(session: Session, digest: string): AsyncGenerator<SignedClaim> {
  yield* simpleClaims(session, digest);
  yield* bundleClaims(session, digest);
}

async function* simpleClaims(session: Session, digest: string): AsyncGenerator<SignedClaim> {
  const manifest = await askForJson(session, `manifests/${digest.replace(':', '-')}.sig`, imageManifest);
  const layers = asList(asRecord(manifest)['layers']).map(asRecord);
  for (const layer of layers.slice(0, maxSignatures)) {
    const signature = asRecord(layer['annotations'])[signatureAnnotation];
    if (layer['mediaType'] !== simpleSigning || typeof signature !== 'string') continue;
    const payload = await askForBlob(session, layer['digest']);
    const claim = payload === null ? null : readSimpleSigning(payload, signature);
    if (claim !== null) yield claim;
  }
}

async function* bundleClaims(session: Session, digest: string): AsyncGenerator<SignedClaim> {
  const referrers = asList(asRecord(await askForReferrers(session, digest))['manifests']).map(asRecord);
  for (const referrer of referrers.filter(isBundle).slice(0, maxBundles)) {
    if (!isDigest(referrer['digest'])) continue;
    const manifest = asRecord(await askForJson(session, `manifests/${referrer['digest']}`, imageManifest));
    const layers = asList(manifest['layers']).map(asRecord);
    const layer = layers.find(({ mediaType }) => mediaType === bundleType);
    const bundle = layer === undefined ? null : await askForBlob(session, layer['digest']);
    if (bundle !== null) yield* readBundle(bundle.toString());
  }
}

function isBundle({ artifactType, annotations }: Readonly<Record<string, unknown>>): boolean {
  const predicate = asRecord(annotations)[predicateAnnotation];
  const isSignature = predicate === undefined || predicate === 'https://sigstore.dev/cosign/sign/v1';
  return (
    isSignature && (artifactType === bundleType || artifactType === untyped || artifactType === undefined)
  );
}

/** A registry that does not know the question has the list behind a tag (OCI distribution 1.1, "Referrers Tag Schema"). */
async function askForReferrers(session: Session, digest: string): Promise<unknown> {
  const list = await askForJson(session, `referrers/${digest}`, imageIndex).catch(unlessUnknown);
  return list ?? (await askForJson(session, `manifests/${digest.replace(':', '-')}`, imageIndex));
}

/** Some answer 400 or 405 to what they do not know, in place of 404. */
function unlessUnknown(error: unknown): null {
  if (error instanceof RegistryFailure && error.kind === 'failed' && !error.isTransient) return null;
  throw error;
}

/** null: there is none, or it is no JSON. */
async function askForJson(session: Session, path: string, accept: string): Promise<unknown> {
  const answer = await session.ask({ method: 'GET', path, accept, maxBytes: maxManifestBytes });
  try {
    return answer === null ? null : (JSON.parse(answer.body.toString()) as unknown);
  } catch {
    return null;
  }
}

async function askForBlob(session: Session, digest: unknown): Promise<Buffer | null> {
  if (!isDigest(digest)) return null;
  const question = {
    method: 'GET',
    path: `blobs/${digest}`,
    accept: '*/*',
    maxBytes: maxClaimBytes,
  } as const;
  return (await session.ask(question))?.body ?? null;
}
