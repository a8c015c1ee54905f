// Manifests and blobs may live elsewhere: a registry then says where. Credentials do not go along, nor does anybody lead us out of TLS,
// or to an address of the runner's own machine.
import type { RegistryAccess } from '../registries.ts';
import { RegistryFailure } from '../registry-failure.ts';
import type { Agents } from './agents.ts';
import { forbiddenHost, isForbiddenHost } from './forbidden-address.ts';
import { type Answer, type Question, send } from './send.ts';

/** From a registry to its mirror to its store. */
const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

export interface Network {
  readonly agents: Agents;
  readonly registries: Readonly<Record<string, RegistryAccess>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For one answer. */
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

export type OpenQuestion = Omit<Question, 'agent' | 'milliseconds' | 'signal'>;

/** `isOwn`: who was asked said it, and nobody whom it sent us to. */
export interface FollowedAnswer extends Answer {
  readonly isOwn: boolean;
}

/** Asks one host, and nobody else. @throws RegistryFailure */
export async function sendTo(
  question: OpenQuestion,
  { agents, registries, env, milliseconds, signal }: Network,
): Promise<Answer> {
  const { url } = question;
  const access = accessOf(url, registries);
  if (access === undefined && isForbiddenHost(url.hostname)) throw forbiddenHost(url.hostname);
  return send({ ...question, agent: await agents.agentFor({ url, access, env }), milliseconds, signal });
}

/** undefined: the policy does not name it. */
function accessOf({ host }: URL, registries: Network['registries']): RegistryAccess | undefined {
  return Object.hasOwn(registries, host) ? registries[host] : undefined;
}

/** @throws RegistryFailure */
export async function followRedirects(question: OpenQuestion, network: Network): Promise<FollowedAnswer> {
  const { origin } = question.url;
  let { url, headers } = question;
  for (let count = 0; count <= maxRedirects; count++) {
    const answer = await sendTo({ ...question, url, headers }, network);
    if (!redirects.has(answer.status)) return { ...answer, isOwn: url.origin === origin };
    url = target(answer, url);
    if (url.origin !== origin) headers = withoutCredentials(headers);
  }
  throw new RegistryFailure('failed', `${question.url.host} redirects more than ${maxRedirects} times`);
}

function target({ headers: { location = '' } }: Answer, from: URL): URL {
  const next = URL.parse(location, from);
  if (next === null) throw new RegistryFailure('failed', `${from.host} redirects to no address`);
  const isSafe = next.protocol === 'https:' || (next.protocol === 'http:' && next.origin === from.origin);
  if (!isSafe)
    throw new RegistryFailure('failed', `${from.host} redirects to ${next.protocol}//, which is not HTTPS`);
  return next;
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'Authorization'));
}
