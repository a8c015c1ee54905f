// Stages whose API server cannot be reached, or is not who it should be.
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeKubeconfig } from '../embedded-cluster/kubeconfig.ts';
import { createServerIdentity } from '../embedded-cluster/tls/certificate.ts';
import { type Ended, newAttempt, systemFailure } from './attempt.ts';
import { startFakeCluster } from './fake-cluster.ts';
import { readable } from './readable.ts';

const directory = mkdtempSync(join(tmpdir(), 'unreachable-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A stage gives up after five tries, or half a minute. */
const patience = 120_000;
const stages = ['prepare', 'cleanup'] as const;
const advice = 'Retry the job. Operators: can the runner reach the API server?';

describe.concurrent.each(stages)('an API server that %s cannot reach', (stage) => {
  it(`${stage} names an API server that is not there`, { timeout: patience }, async () => {
    const { server, port } = await listen();
    server.close();

    expectFailure(await callWith(stage, kubeconfigFor(port)), {
      port,
      why: `connect ECONNREFUSED 127.0.0.1:${port}.`,
      advice,
    });
  });

  it(`${stage} names a certificate that another authority signed`, { timeout: patience }, async () => {
    const cluster = await startFakeCluster(directory, () => false);
    const port = Number(new URL(cluster.server).port);

    expectFailure(await callWith(stage, kubeconfigFor(port)), {
      port,
      // Both authorities have one name, so that only the signature tells them apart.
      why: 'certificate signature failure.',
      advice:
        "Operators: the API server's certificate is not trusted, or ours is unusable: check `certificate-authority`, `tls-server-name` and the client certificate in the kubeconfig.",
    });
    expect(cluster.requests).toEqual([]);
    await cluster.close();
  });

  it(`${stage} gives up on an API server that takes connections and sends nothing`, {
    timeout: patience,
  }, async () => {
    const sockets = new Set<Socket>();
    const { server, port } = await listen((socket) => sockets.add(socket));

    expectFailure(await callWith(stage, kubeconfigFor(port)), {
      port,
      why: /^no (TLS connection within 5 s|answer within 30 s)\.$/,
      advice,
    });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it(`${stage} gives up on an API server that takes requests and never answers`, {
    timeout: patience,
  }, async () => {
    const cluster = await startFakeCluster(directory, () => true);

    expectFailure(await callWith(stage, cluster.kubeconfig), {
      port: Number(new URL(cluster.server).port),
      why: 'no answer within 30 s.',
      advice,
    });
    await cluster.close();
  });
});

function callWith(stage: string, kubeconfig: string): Promise<Ended> {
  const policy = `cluster: { namespace: ci, kubeconfig: ${kubeconfig} }\n`;
  return newAttempt({ directory, policy }).call(stage);
}

function expectFailure(
  { exitCode, code, stdout, stderr }: Ended,
  { port, why, advice }: { readonly port: number; readonly why: string | RegExp; readonly advice: string },
): void {
  expect({ exitCode, code, stdout }).toEqual({ exitCode: systemFailure, code: null, stdout: '' });
  // Which of the two first questions is told of is left to chance.
  const [, words] =
    /^<red>ERROR: Cannot list (?:pods|secrets) in namespace ci: (.*)<\/>\n$/.exec(readable(stderr)) ?? [];
  const [, reason, server, rest] = /^(.*) \((https:\/\/\S*)\) (.*)$/.exec(words ?? '') ?? [];
  expect(reason ?? stderr).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
  expect([server, rest]).toEqual([`https://127.0.0.1:${port}`, advice]);
}

/** Trusts an authority that signed nothing else. */
function kubeconfigFor(port: number): string {
  const file = join(mkdtempSync(join(directory, 'kubeconfig-')), 'kubeconfig');
  writeKubeconfig(file, {
    server: `https://127.0.0.1:${port}`,
    certificateAuthorityPem: createServerIdentity(new Date()).certificateAuthorityPem,
    namespace: 'ci',
    user: { token: 'a-token' },
  });
  return file;
}

async function listen(
  take: (socket: Socket) => unknown = () => undefined,
): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    take(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, port: (server.address() as AddressInfo).port };
}
