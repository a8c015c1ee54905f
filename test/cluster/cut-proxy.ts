// A TCP proxy before the API server that cuts connections as networks do: with FIN, with RST, or by silence.
import { connect, createServer, type Socket } from 'node:net';

export interface CutProxy {
  readonly port: number;
  /** Ends all open connections. */
  cut(how: 'FIN' | 'RST'): void;
  /** Nothing passes any more, and nobody is told; new connections are taken and stay silent, until `heal`. */
  silence(): void;
  /** New connections are refused as long as this holds. */
  refuse(isRefusing: boolean): void;
  heal(): void;
  readonly connections: number;
  close(): Promise<void>;
}

export async function startCutProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<CutProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isSilent = false;
  let isRefusing = false;
  const server = createServer((client) => {
    if (isRefusing) return void client.resetAndDestroy();
    const upstream = connect(target);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (chunk: Buffer) => {
        if (isSilent) return;
        if (!to.write(chunk)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as { port: number }).port,
    cut: (how) => {
      for (const [client, upstream] of pairs) {
        if (how === 'RST') client.resetAndDestroy();
        else client.end();
        upstream.destroy();
      }
    },
    silence: () => {
      isSilent = true;
    },
    refuse: (refusing) => {
      isRefusing = refusing;
    },
    heal: () => {
      isSilent = false;
      isRefusing = false;
    },
    get connections() {
      return pairs.size;
    },
    close: async () => {
      for (const [client, upstream] of pairs) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((done) => server.close(done));
    },
  };
}
