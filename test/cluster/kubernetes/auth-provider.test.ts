import { describe, expect, it } from 'vitest';
import { askAuthProvider } from '../../../src/cluster/kubernetes/auth-provider.ts';

/** Valid until 2100; signed by nobody, which is for the API server to notice. */
const idToken = [{ alg: 'none' }, { exp: 4_102_444_800 }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('sig')
  .join('.');

describe('askAuthProvider', () => {
  it('takes an OIDC token that is still good', async () => {
    const entry = {
      'auth-provider': {
        name: 'oidc',
        config: { 'id-token': idToken, 'client-id': 'c', 'idp-issuer-url': 'https://idp' },
      },
    };

    expect(await askAuthProvider({ entry, file: '/k' }, 'u')).toEqual({ token: idToken });
  });

  it('says when the provider gives nothing, and what to use instead', async () => {
    await expect(
      askAuthProvider({ entry: { 'auth-provider': { name: 'unheard-of', config: {} } }, file: '/k' }, 'u'),
    ).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/auth-provider of user "u" in \/k failed: .*credential plugins/),
    });
  });
});
