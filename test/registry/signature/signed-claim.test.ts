import { describe, expect, it } from 'vitest';
import { readBundle, readSimpleSigning } from '../../../src/registry/signature/signed-claim.ts';
import { findSigner } from '../../../src/registry/signature/verify-by-keys.ts';
import { bundleOf, signingKey, simplePayload } from '../sign-image.ts';
import cosign from './signed-by-cosign.json' with { type: 'json' };

const digest = `sha256:${'a'.repeat(64)}`;
const key = signingKey();

describe('readSimpleSigning', () => {
  it.each(['cosign container image signature', 'https://sigstore.dev/cosign/sign/v1'])(
    'reads what cosign signs as "%s"',
    (type) => {
      expect(readSimpleSigning(simplePayload(digest, type), 'AAAA')?.digests).toEqual([digest]);
    },
  );

  it.each([
    '',
    '{}',
    'null',
    '[1]',
    '"text"',
    simplePayload(digest, 'atomic container signature').toString(),
    JSON.stringify({
      critical: { type: 'cosign container image signature', image: { 'docker-manifest-digest': 5 } },
    }),
  ])('reads nothing in %s', (payload) => {
    expect(readSimpleSigning(Buffer.from(payload), 'AAAA')).toBeNull();
  });
});

describe('readBundle', () => {
  it('reads what is signed so that the signature holds', () => {
    const [claim, ...others] = readBundle(bundleOf(digest, key));
    expect(others).toEqual([]);
    expect(claim?.digests).toEqual([digest]);
    expect(claim && findSigner([key.publicPem], claim)).toBe(key.publicPem);
  });

  it('reads no statement that says something else than "signed"', () => {
    expect(readBundle(bundleOf(digest, key, 'https://slsa.dev/provenance/v1'))).toEqual([]);
  });

  it('sees a payload that was changed after it was signed', () => {
    const bundle = JSON.parse(bundleOf(digest, key)) as { dsseEnvelope: { payload: string } };
    const other = Buffer.from(bundle.dsseEnvelope.payload, 'base64')
      .toString()
      .replaceAll('a'.repeat(64), 'b'.repeat(64));
    bundle.dsseEnvelope.payload = Buffer.from(other).toString('base64');
    const [claim] = readBundle(JSON.stringify(bundle));
    expect(claim?.digests).toEqual([`sha256:${'b'.repeat(64)}`]);
    expect(claim && findSigner([key.publicPem], claim)).toBeNull();
  });

  it.each([
    '',
    'null',
    '{"dsseEnvelope": {"payloadType": "application/vnd.in-toto+json", "payload": "AAAA", "signatures": 1}}',
  ])('reads nothing in %s', (text) => {
    expect(readBundle(text)).toEqual([]);
  });
});

describe("cosign's own signatures", () => {
  it.each([
    ['behind a tag', readSimpleSigning(Buffer.from(cosign.simple.payload), cosign.simple.signature)],
    ['in a bundle', readBundle(cosign.bundle)[0] ?? null],
  ])('what cosign itself signed %s is read and holds', (_, claim) => {
    expect(claim?.digests).toEqual([cosign.digest]);
    expect(claim && findSigner([cosign.publicKey], claim)).toBe(cosign.publicKey);
  });
});
