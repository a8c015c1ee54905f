// The agent of every request and WebSocket where a proxy stands before the API server. Beyond the tunnel all is as without one:
// TLS ends at the API server itself, sessions are resumed, and no certificate of ours is shown to the proxy.
import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { openTunnel } from './open-tunnel.ts';
import type { ProxyAddress } from './proxy-address.ts';

export interface TunnelOptions {
  readonly proxy: ProxyAddress;
  readonly authorities?: string | undefined;
  readonly connectMilliseconds: number;
}

export class TunnelAgent extends Agent {
  readonly #tunnel: TunnelOptions;
  readonly #closing = new AbortController();

  constructor(options: AgentOptions, tunnel: TunnelOptions) {
    super(options);
    this.#tunnel = tunnel;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { proxy, authorities, connectMilliseconds } = this.#tunnel;
    const opened = openTunnel({
      proxy,
      authorities,
      host: options.host ?? '',
      port: Number(options.port),
      milliseconds: connectMilliseconds,
      signal: this.#closing.signal,
    });
    opened
      .then((socket) => super.createConnection({ ...options, socket } as RequestOptions))
      .then(
        (secured) => callback?.(null, secured as Duplex),
        (error: unknown) => callback?.(error as Error, undefined as never),
      );
  }

  /** Whoever still waits for the proxy is let go, too. */
  override destroy(): void {
    this.#closing.abort();
    super.destroy();
  }
}
