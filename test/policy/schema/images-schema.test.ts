import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { readPolicy } from '../../../src/policy/read-policy.ts';
import { signingKey } from '../../registry/sign-image.ts';

const { publicPem, privateKey } = signingKey();
const pem = { type: 'spki', format: 'pem' } as const;
const block = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `\n          ${line}`)
    .join('');
const policyWith = (key: string): string =>
  `cluster: {namespace: ci}\nimages:\n  require_signature:\n    - keys:\n        - |${block(key)}\n`;

function mistakes(text: string): readonly string[] {
  try {
    readPolicy({ text, file: 'policy.yaml' });
    return [];
  } catch (error) {
    return (error as SystemFailure).message.split('\n').slice(1);
  }
}

describe('images: {require_signature: …}', () => {
  it.each([
    ['ec', signingKey('ec')],
    ['ec with a longer curve', signingKey('ec', 'P-384')],
    ['rsa', signingKey('rsa')],
    ['ed25519', signingKey('ed25519')],
  ])('takes the public key of a pair of type %s', (_, key) => {
    expect(mistakes(policyWith(key.publicPem))).toEqual([]);
  });

  it.each([
    [
      'a private key',
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
      /:5:11: .*is a private key, which belongs to whoever signs/,
    ],
    ['half a key', publicPem.slice(0, 90), /is not a public key; write it in PEM, as in cosign.pub/],
    ['a path', '/etc/cosign.pub', /is not a public key; write it in PEM/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /is not a public key/],
    [
      'a key for another purpose',
      generateKeyPairSync('x25519').publicKey.export(pem),
      /is a key of type x25519; cosign signs by ec, rsa or ed25519/,
    ],
    [
      'a short RSA key',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(pem),
      /is an RSA key of 1024 bits; 2048 are the fewest/,
    ],
  ])('refuses %s with its line and column', (_, key, words) => {
    expect(mistakes(policyWith(key)).join('\n')).toMatch(words);
  });

  it('refuses what would let no image run, or need no signature', () => {
    const text =
      'cluster: {namespace: ci}\nimages: {require_signature: [{images: [], keys: []}], resolve: tag}\n';
    expect(mistakes(text)).toEqual([
      expect.stringMatching(
        /:2:39: images.require_signature\[0\].images is empty, so that no image would need a signature/,
      ),
      expect.stringMatching(/:2:49: images.require_signature\[0\].keys is empty, so that no image could run/),
      expect.stringMatching(/:2:64: images.resolve is `tag`; write one of none, digest/),
    ]);
  });

  it('refuses a pattern that no image has', () => {
    const text = 'cluster: {namespace: ci}\nimages: {require_signature: [{images: ["{a"], keys: [x]}]}\n';
    expect(mistakes(text).join('\n')).toMatch(/require_signature\[0\].images\[0\]/);
  });
});

describe('images: {registries: …}', () => {
  it.each([
    ['https://registry.example.org', 'is not the name of a registry'],
    ['registry.example.org/team', 'is not the name of a registry'],
    ['Registry.example.org', 'in small letters'],
  ])('refuses %s as a name', (name, words) => {
    expect(mistakes(`cluster: {namespace: ci}\nimages: {registries: {"${name}": {}}}\n`).join()).toContain(
      words,
    );
  });

  it('refuses what is no certificate', () => {
    const text =
      'cluster: {namespace: ci}\nimages: {registries: {a.example.org: {certificate_authority: /etc/ca.pem}}}\n';
    expect(mistakes(text).join()).toContain('is not a certificate in PEM');
  });
});

describe('a rule with images', () => {
  it('needs a condition as every rule does, and nothing else', () => {
    const rule = (when: string) =>
      `cluster: {namespace: ci}\nrules:\n  - when: {${when}}\n    images: {resolve: digest}\n`;
    expect(mistakes(rule('protected_ref: true'))).toEqual([]);
    expect(mistakes(rule('')).join()).toContain('names no condition');
  });
});
