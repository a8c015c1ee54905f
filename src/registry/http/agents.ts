// The connections to registries: one agent for each way to one, kept while the process lives.
import { Agent as HttpAgent } from 'node:http';
import { Agent, type AgentOptions } from 'node:https';
import { chooseProxy } from '../../cluster/kubernetes/proxy/choose-proxy.ts';
import type { RegistryAccess } from '../registries.ts';
import { guardedLookup } from './forbidden-address.ts';

export const connectMilliseconds = 10_000;
/** Load balancers drop a silent connection without a word. */
const freeMilliseconds = 20_000;
/** A job asks for a handful of images at once. */
const maxFreeConnections = 16;
/** Ways to registries: policies name few, and proxies are one or two. */
const maxAgents = 64;

export interface RegistryWay {
  readonly url: URL;
  /** undefined: as all others, and not where no author may lead us. */
  readonly access: RegistryAccess | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Agents {
  agentFor(way: RegistryWay): Promise<HttpAgent>;
  close(): void;
}

export function keepAgents(): Agents {
  const kept = new Map<string, HttpAgent>();
  return {
    agentFor: async ({ url, access, env }) => {
      const proxy = url.protocol === 'https:' ? await chooseProxy({ server: url.origin }, env) : null;
      const key = JSON.stringify([
        url.protocol,
        access === undefined,
        access?.certificate_authority,
        proxy?.url.href,
      ]);
      const agent = kept.get(key) ?? (await makeAgent(url, access, proxy));
      const [oldest] = kept.keys();
      if (!kept.has(key) && kept.size >= maxAgents && oldest !== undefined) kept.delete(oldest);
      kept.set(key, agent);
      return agent;
    },
    close: () => {
      for (const agent of kept.values()) agent.destroy();
      kept.clear();
    },
  };
}

async function makeAgent(
  url: URL,
  access: RegistryAccess | undefined,
  proxy: Awaited<ReturnType<typeof chooseProxy>>,
): Promise<HttpAgent> {
  const options: AgentOptions = {
    keepAlive: true,
    timeout: freeMilliseconds,
    maxFreeSockets: maxFreeConnections,
    ...(access === undefined && { lookup: guardedLookup }),
  };
  if (url.protocol === 'http:') return new HttpAgent(options);
  const authority = access?.certificate_authority;
  const secure = { ...options, ...(authority !== undefined && { ca: [authority] }) };
  if (proxy === null) return new Agent(secure);
  const { TunnelAgent } = await import('../../cluster/kubernetes/proxy/proxy.ts');
  return new TunnelAgent(secure, { proxy, connectMilliseconds });
}
