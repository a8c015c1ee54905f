import { describe, expect, it } from 'vitest';
import { readChallenge } from '../../../src/registry/http/challenge.ts';

describe('readChallenge', () => {
  it.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
      'https://auth.docker.io/token',
      'registry.docker.io',
    ],
    [
      'bearer service=x, realm="https://a.example.org/jwt/auth?a=1"',
      'https://a.example.org/jwt/auth?a=1',
      'x',
    ],
    ['Basic realm="x", Bearer realm="https://a.example.org/t"', 'https://a.example.org/t', null],
  ])('finds the token service in %s', (header, realm, service) => {
    const challenge = readChallenge(header);
    expect(challenge).toMatchObject({ scheme: 'bearer', service });
    expect(challenge?.scheme === 'bearer' && challenge.realm.href).toBe(realm);
  });

  it.each([['Basic realm="Registry"'], ['basic'], ['Bearer realm="no address", Basic realm="x"']])(
    'takes %s for Basic',
    (header) => {
      expect(readChallenge(header)).toEqual({ scheme: 'basic' });
    },
  );

  it.each([
    [undefined],
    [''],
    ['Negotiate'],
    ['Bearer'],
    ['Bearer realm=""'],
    [`Bearer ${'a'.repeat(100_000)} realm="https://a"`],
  ])('answers nothing to %s', (header) => {
    expect(readChallenge(header)).toBeNull();
  });
});
