// All that is asked about one image: the way in is found once, with the credentials that a node would use for it, and in their order.
import type { Repository } from '../registries.ts';
import { RegistryFailure } from '../registry-failure.ts';
import { type Challenge, readChallenge } from './challenge.ts';
import { type FollowedAnswer, followRedirects, type Network } from './follow-redirects.ts';
import { requestToken } from './request-token.ts';
import { type Answer, statusWords } from './send.ts';

/** Each costs two round trips; a node has as many as somebody wrote down. */
const maxCredentials = 8;

export interface SessionInput {
  readonly repository: Repository;
  /** base64 of `user:password`. Empty: as anybody. */
  readonly credentials: readonly string[];
  readonly network: Network;
}

export interface RegistryQuestion {
  readonly method: 'GET' | 'HEAD';
  /** Below the repository: `manifests/latest`. */
  readonly path: string;
  readonly accept: string;
  readonly maxBytes: number;
}

export interface Session {
  /** @returns an answer of 200, or null where there is no such thing. @throws RegistryFailure */
  ask(question: RegistryQuestion): Promise<Answer | null>;
}

export function openSession({ repository, credentials, network }: SessionInput): Session {
  const base = baseOf(repository, network);
  let authorization: string | null = null;
  const request = ({ method, path, accept, maxBytes }: RegistryQuestion): Promise<FollowedAnswer> =>
    followRedirects(
      {
        method,
        url: new URL(`${base.href}${path}`),
        headers: { Accept: accept, ...(authorization !== null && { Authorization: authorization }) },
        maxBytes,
      },
      network,
    );
  const authorize = async (challenge: Challenge, credential: string | null): Promise<string | null> => {
    if (challenge.scheme === 'basic') return credential === null ? null : `Basic ${credential}`;
    const isPlainHttp = base.protocol === 'http:';
    const token = await requestToken({ challenge, path: repository.path, credential, isPlainHttp }, network);
    return token === null ? null : `Bearer ${token}`;
  };
  const withCredentials = async (question: RegistryQuestion, refused: FollowedAnswer): Promise<Answer> => {
    const challenge = refused.isOwn ? readChallenge(refused.headers['www-authenticate']) : null;
    let last: Answer = refused;
    for (const credential of challenge === null ? [] : candidates(credentials)) {
      authorization = await authorize(challenge as Challenge, credential);
      if (authorization === null) continue;
      last = await request(question);
      if (!isRefusal(last)) return last;
    }
    return last;
  };
  return {
    ask: async (question) => {
      const first = await request(question);
      const answer = first.status === 401 ? await withCredentials(question, first) : first;
      return checkAnswer(answer, base.host);
    },
  };
}

/** As a node does: without credentials only where there are none. */
const candidates = (credentials: readonly string[]): readonly (string | null)[] =>
  credentials.length === 0 ? [null] : credentials.slice(0, maxCredentials);

/** Some registries hide from strangers what there is. */
const isRefusal = ({ status }: Answer): boolean => status === 401 || status === 403 || status === 404;

function baseOf({ registry, path }: Repository, { registries }: Network): URL {
  const isPlain = Object.hasOwn(registries, registry) && registries[registry]?.plain_http === true;
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const url = URL.parse(`${isPlain ? 'http' : 'https'}://${host}/v2/${path}/`);
  if (url === null) throw new RegistryFailure('unknown-host', `${registry} is no address`);
  return url;
}

function checkAnswer(answer: Answer, host: string): Answer | null {
  const { status } = answer;
  if (status === 200) return answer;
  if (status === 404) return null;
  const message = `${host} answers ${statusWords(status)}`;
  if (status === 401 || status === 403) throw new RegistryFailure('denied', message);
  throw new RegistryFailure('failed', message, { isTransient: status === 429 || status >= 500 });
}
