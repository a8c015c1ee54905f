// The token of a registry's token service, for reading one repository.
import { RegistryFailure } from '../registry-failure.ts';
import type { Challenge } from './challenge.ts';
import { type Network, sendTo } from './follow-redirects.ts';
import { statusWords } from './send.ts';

/** GitLab's and Harbor's have two or three thousand characters. */
const maxTokenBytes = 64 * 1024;

interface TokenRequest {
  readonly challenge: Extract<Challenge, { scheme: 'bearer' }>;
  readonly path: string;
  /** base64 of `user:password`; null: nobody in particular. */
  readonly credential: string | null;
  /** The registry itself is asked without TLS, as the policy says. */
  readonly isPlainHttp: boolean;
}

/** @returns null: the service refuses these credentials. @throws RegistryFailure */
export async function requestToken(
  { challenge: { realm, service }, path, credential, isPlainHttp }: TokenRequest,
  network: Network,
): Promise<string | null> {
  if (realm.protocol !== 'https:' && !(isPlainHttp && realm.protocol === 'http:'))
    throw new RegistryFailure('failed', `its token service ${realm.host} has no HTTPS`);
  const url = new URL(realm);
  url.username = '';
  url.password = '';
  if (service !== null) url.searchParams.set('service', service);
  // Not what the challenge asks for, which may be more.
  url.searchParams.set('scope', `repository:${path}:pull`);
  // Redirects are not followed: the credentials are in it.
  const { status, body } = await sendTo(
    {
      method: 'GET',
      url,
      headers: {
        Accept: 'application/json',
        ...(credential !== null && { Authorization: `Basic ${credential}` }),
      },
      maxBytes: maxTokenBytes,
    },
    network,
  );
  if (status === 400 || status === 401 || status === 403 || status === 404) return null;
  if (status !== 200)
    throw new RegistryFailure('failed', `its token service ${url.host} answers ${statusWords(status)}`, {
      isTransient: status === 429 || status >= 500,
    });
  const token = readToken(body.toString());
  if (token === null)
    throw new RegistryFailure('failed', `its token service ${url.host} answers without a token`);
  return token;
}

function readToken(text: string): string | null {
  try {
    const { token, access_token } = JSON.parse(text) as { token?: unknown; access_token?: unknown };
    const found = [token, access_token].find((one) => typeof one === 'string' && one !== '');
    // What could end the header is no token.
    return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found) ? found : null;
  } catch {
    return null;
  }
}
