// The agent of all requests and WebSockets: one for as long as the certificates stay the same, through a proxy where one is set.
import { Agent } from 'node:https';
import { fileVersion } from '../../../files/file-version.ts';
import type { Connection } from '../../cluster.ts';
import { agentOptions } from '../https-transport.ts';
import type { Limits } from '../limits.ts';
import { type ChosenProxy, chooseProxy, type Environment } from '../proxy/choose-proxy.ts';
import type { Identity } from './credentials.ts';

export interface AgentKeeper {
  /** @returns rejects with SystemFailure where a proxy is set that cannot be one */
  agentFor(identity: Identity): Promise<Agent>;
  /** The server as people know it, with the proxy before it. */
  route(): string;
  close(): void;
}

/** @param env of the runner: may name a proxy */
export function keepAgent(connection: Connection, env: Environment, limits: Limits): AgentKeeper {
  let made: { readonly agent: Promise<Agent>; readonly presented: string } | null = null;
  let proxy: ChosenProxy | null = null;
  const proxyFile = connection.proxy && 'file' in connection.proxy ? connection.proxy.file : null;
  const make = async (identity: Identity): Promise<Agent> => {
    const options = agentOptions(connection, identity);
    proxy = await chooseProxy(connection, env);
    if (proxy === null) return new Agent(options);
    const { TunnelAgent } = await import('../proxy/proxy.ts');
    const { authorities } = identity;
    return new TunnelAgent(options, { proxy, authorities, connectMilliseconds: limits.connectMilliseconds });
  };
  return {
    agentFor: (identity) => {
      // A token is no part of a TLS connection.
      const { authorities, certificate, key } = identity;
      const proxyVersion = proxyFile === null ? null : fileVersion(proxyFile);
      const presented = JSON.stringify([authorities, certificate, key, proxyVersion]);
      if (made?.presented === presented) return made.agent;
      const agent = make(identity);
      // Requests under way on the old one end by themselves.
      made = { agent, presented };
      // What cannot be had now may be there for the next who asks.
      agent.catch(() => {
        if (made?.agent === agent) made = null;
      });
      return agent;
    },
    route: () =>
      proxy === null ? connection.server : `${connection.server} through the proxy ${proxy.shown}`,
    close: () => {
      made?.agent.then(
        (agent) => agent.destroy(),
        () => undefined,
      );
    },
  };
}
