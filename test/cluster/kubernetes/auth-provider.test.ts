import { describe, expect, it } from 'vitest';
import { askAuthProvider } from '../../../src/cluster/kubernetes/auth-provider.ts';

/** Valid until 2100; signed by nobody, which is for the API server to notice. */
const idToken = [{ alg: 'none' }, { exp: 4_102_444_800 }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('sig')
  .join('.');

describe('askAuthProvider', () => {
  it('takes an OIDC token that is still good', async () => {
    const config = { 'id-token': idToken, 'client-id': 'c', 'idp-issuer-url': 'https://idp' };

    expect(await askAuthProvider({ name: 'oidc', config })).toBe(`Bearer ${idToken}`);
  });

  it('gives nothing for a provider that nobody knows', async () => {
    expect(await askAuthProvider({ name: 'unheard-of', config: {} })).toBe('');
  });
});
