import { execFileSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findSigner, fingerprintOf } from '../../../src/registry/signature/verify-by-keys.ts';
import { type SigningKey, signingKey } from '../sign-image.ts';

const content = Buffer.from('what is signed');

describe('findSigner', () => {
  it.each<[string, SigningKey, string | null]>([
    ['ec', signingKey('ec'), 'sha256'],
    ['P-384, hashed as cosign once did', signingKey('ec', 'P-384'), 'sha256'],
    ['P-384', signingKey('ec', 'P-384'), 'sha384'],
    ['P-521', signingKey('ec', 'P-521'), 'sha512'],
    ['rsa', signingKey('rsa'), 'sha256'],
    ['ed25519', signingKey('ed25519'), null],
  ])('knows a signature by a key of type %s, among others, and none of changed content', (_, key, hash) => {
    const signature = sign(hash, content, key.privateKey);
    const keys = [
      signingKey('rsa').publicPem,
      signingKey('ed25519').publicPem,
      signingKey().publicPem,
      key.publicPem,
    ];
    expect(findSigner(keys, { content, signature })).toBe(key.publicPem);
    expect(findSigner(keys, { content: Buffer.from('another'), signature })).toBeNull();
  });

  it.each([Buffer.alloc(0), Buffer.alloc(64), Buffer.from('3006020100020100', 'hex')])(
    'takes no empty, zero or made-up signature',
    (signature) => {
      for (const type of ['ec', 'rsa', 'ed25519'] as const)
        expect(findSigner([signingKey(type).publicPem], { content, signature })).toBeNull();
    },
  );
});

describe('fingerprintOf', () => {
  it('a fingerprint is what openssl shows of the same key', () => {
    const { publicPem } = signingKey();
    const shown = execFileSync('sh', ['-c', 'openssl pkey -pubin -outform der | sha256sum'], {
      input: publicPem,
    }).toString();
    expect(shown.startsWith(fingerprintOf(publicPem))).toBe(true);
  });
});
