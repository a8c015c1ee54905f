import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiRefusal } from '../../../src/cluster/kubernetes/api-refusal.ts';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import type { Limits } from '../../../src/cluster/kubernetes/limits.ts';
import { createServerIdentity } from '../../embedded-cluster/tls/certificate.ts';
import { type Answers, json, type Received, refuse, startFakeServer } from './fake-api-server.ts';
import { temporaryDirectory, undoAfterEach } from './undo.ts';

const undo = undoAfterEach();
const pod = { metadata: { name: 'job-1', uid: 'u' }, spec: {} };

async function serve(answer: Answers['answer'] & object, limits: Partial<Limits> = {}, rest: Answers = {}) {
  const server = await startFakeServer({ answer, ...rest });
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {}, limits: { pauseMilliseconds: 1, ...limits } });
  undo(() => cluster.close());
  return { server, cluster };
}

/** Answers one after the other; the last one for ever. */
function inOrder(
  ...answers: ((response: ServerResponse, request: Received) => void)[]
): Answers['answer'] & object {
  let next = 0;
  return (request, response) => answers[Math.min(next++, answers.length - 1)]?.(response, request);
}

const found = (response: ServerResponse): void => json(response, 200, pod);

describe('calls to an API server', () => {
  it('calls go over one TLS connection, one after the other', async () => {
    const { server, cluster } = await serve((_, response) => found(response));

    for (let call = 0; call < 5; call++) await cluster.getPod('job-1');

    expect(server.received).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  it('calls keep the path that stands before the API’s own', async () => {
    const { server } = await serve((_, response) => found(response));
    const cluster = connect(
      {
        ...server.connection,
        server: `${server.connection.server}/k8s/clusters/c-1/`,
      },
      { env: {} },
    );
    undo(() => cluster.close());

    await cluster.getPod('job-1');

    expect(server.received[0]?.path).toBe('/k8s/clusters/c-1/api/v1/namespaces/ci/pods/job-1');
  });

  it.each([
    [
      '429',
      (response: ServerResponse) => refuse(response, 429, 'TooManyRequests', 'later', { 'Retry-After': '0' }),
    ],
    ['500', (response: ServerResponse) => refuse(response, 500, 'InternalError', 'etcd')],
    ['a connection cut before the answer', (response: ServerResponse) => response.socket?.destroy()],
    [
      'a connection cut within the answer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'Content-Length': '1000' }).write('{"half":');
        setTimeout(() => response.socket?.destroy(), 10);
      },
    ],
  ])('calls are repeated after %s', async (_, trouble) => {
    const { server, cluster } = await serve(inOrder(trouble, trouble, found));

    expect(await cluster.getPod('job-1')).toEqual(pod);
    expect(server.received).toHaveLength(3);
  });

  it('calls wait as long as the server asks for', async () => {
    const times: number[] = [];
    const { cluster } = await serve(
      inOrder(
        (response) => {
          times.push(performance.now());
          refuse(response, 429, 'TooManyRequests', 'later', { 'Retry-After': '1' });
        },
        (response) => {
          times.push(performance.now());
          found(response);
        },
      ),
    );

    await cluster.getPod('job-1');

    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990);
  });

  it('calls end with the last refusal, and hand on what the server asked for', async () => {
    const { server, cluster } = await serve((_, response) =>
      refuse(response, 429, 'TooManyRequests', 'too many', { 'Retry-After': '0' }),
    );

    const failure: unknown = await cluster.getPod('job-1').catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'cluster-unreachable',
      cause: { status: 429, retryAfterSeconds: 0 },
    });
    expect((failure as Error).cause).toBeInstanceOf(ApiRefusal);
    expect(server.received).toHaveLength(5);
  });

  it('calls do not wait for longer than the whole call may take', async () => {
    const { server, cluster } = await serve(
      (_, response) => refuse(response, 429, 'TooManyRequests', 'too many', { 'Retry-After': '3600' }),
      { callMilliseconds: 10_000 },
    );

    await expect(cluster.getPod('job-1')).rejects.toMatchObject({
      cause: { status: 429, retryAfterSeconds: 3600 },
    });
    expect(server.received).toHaveLength(1);
  });

  it('calls give up on a server that takes the request and says nothing', async () => {
    const { cluster } = await serve(() => undefined, { callMilliseconds: 100 });

    await expect(cluster.getPod('job-1')).rejects.toMatchObject({
      code: 'cluster-unreachable',
      message: expect.stringContaining('no answer within 0.1 s'),
    });
  });

  it('calls give up on an answer that never ends', async () => {
    const { cluster } = await serve(
      (_, response) => {
        response.writeHead(200).write('{');
      },
      { callMilliseconds: 100 },
    );

    await expect(cluster.getPod('job-1')).rejects.toMatchObject({ code: 'cluster-unreachable' });
  });

  it('calls end at once when the caller does', async () => {
    const over = new AbortController();
    const reason = new Error('enough');
    const { cluster, server } = await serve(() => over.abort(reason));

    await expect(cluster.getPod('job-1', { signal: over.signal })).rejects.toBe(reason);
    await expect(cluster.getPod('job-1', { signal: over.signal })).rejects.toBe(reason);
    expect(server.received).toHaveLength(1);
  });

  it('calls say when what answers is no API server', async () => {
    const { cluster } = await serve((_, response) => void response.end('<html>Welcome</html>'));

    await expect(cluster.serverVersion()).rejects.toMatchObject({
      code: 'cluster-refused',
      message: expect.stringContaining('not JSON'),
    });
  });

  it('calls trust nobody but the given certificate authority', async () => {
    const { server } = await serve((_, response) => found(response));
    const other = createServerIdentity(new Date()).certificateAuthorityPem;
    const cluster = connect({ ...server.connection, certificateAuthority: { pem: other } }, { env: {} });
    const careless = connect(
      {
        ...server.connection,
        certificateAuthority: { pem: other },
        skipTlsVerify: true,
      },
      { env: {} },
    );
    undo(() => careless.close());

    await expect(cluster.getPod('job-1')).rejects.toMatchObject({
      code: 'cluster-refused',
      message: expect.stringContaining('certificate-authority'),
    });
    expect(server.received).toEqual([]);
    expect(await careless.getPod('job-1')).toEqual(pod);
  });

  it.each([
    ['name', 'api.example.org', 'localhost'],
    ['address', '192.0.2.1', '127.0.0.1'],
  ])('calls check the %s in the certificate that the kubeconfig gives', async (_, stranger, own) => {
    const { server } = await serve((__, response) => found(response));
    const wrong = connect({ ...server.connection, tlsServerName: stranger }, { env: {} });
    const right = connect({ ...server.connection, tlsServerName: own }, { env: {} });
    undo(() => right.close());

    await expect(wrong.getPod('job-1')).rejects.toMatchObject({ code: 'cluster-refused' });
    expect(await right.getPod('job-1')).toEqual(pod);
  });
});

describe('credentials in calls', () => {
  it('calls re-read the token after a 401, and are repeated, creations too', async () => {
    const file = join(temporaryDirectory(undo), 'token');
    writeFileSync(file, 'one');
    const server = await startFakeServer({
      answer: ({ headers }, response) => {
        if (headers.authorization === 'Bearer two') return json(response, 201, pod);
        writeFileSync(file, 'two');
        refuse(response, 401, 'Unauthorized', 'Unauthorized');
      },
    });
    undo(() => server.close());
    const cluster = connect({ ...server.connection, credentials: { kind: 'token-file', file } }, { env: {} });
    undo(() => cluster.close());

    expect(await cluster.createPod({ metadata: { name: 'job-1' } })).toEqual(pod);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
  });

  it('credentials are re-read once only: a second 401 is a failure', async () => {
    const file = join(temporaryDirectory(undo), 'token');
    writeFileSync(file, 'one');
    const server = await startFakeServer({
      answer: (_, response) => refuse(response, 401, 'Unauthorized', 'Unauthorized'),
    });
    undo(() => server.close());
    const cluster = connect({ ...server.connection, credentials: { kind: 'token-file', file } }, { env: {} });
    undo(() => cluster.close());

    await expect(cluster.getPod('job-1')).rejects.toMatchObject({ code: 'unauthorized' });
    expect(server.received).toHaveLength(2);
  });

  it('calls present a client certificate, and the next one after it was rotated', async () => {
    const directory = temporaryDirectory(undo);
    const files = { certificate: join(directory, 'tls.crt'), key: join(directory, 'tls.key') };
    const write = (identity: { certificatePem: string; privateKeyPem: string }): void => {
      writeFileSync(files.certificate, identity.certificatePem);
      writeFileSync(files.key, identity.privateKeyPem);
    };
    write(createServerIdentity(new Date()));
    const server = await startFakeServer({
      answer: (_, response) => found(response),
      asksForCertificate: true,
    });
    undo(() => server.close());
    const connection = {
      ...server.connection,
      credentials: { kind: 'certificate-files', ...files },
    } as const;
    const cluster = connect(connection, { env: {} });
    undo(() => cluster.close());

    await cluster.getPod('job-1');
    await cluster.getPod('job-1');
    expect([server.connections(), server.received[0]?.client]).toEqual([1, 'embedded-cluster']);
    write(createServerIdentity(new Date()));
    await cluster.getPod('job-1');

    expect(server.connections()).toBe(2);
  });

  it('calls explain a key that does not fit its certificate', async () => {
    const directory = temporaryDirectory(undo);
    const { certificatePem } = createServerIdentity(new Date());
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(directory, 'tls.crt'), certificatePem);
    writeFileSync(join(directory, 'tls.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { server } = await serve((_, response) => found(response));
    const cluster = connect(
      {
        ...server.connection,
        credentials: {
          kind: 'certificate-files',
          certificate: join(directory, 'tls.crt'),
          key: join(directory, 'tls.key'),
        },
      },
      { env: {} },
    );

    await expect(cluster.getPod('job-1')).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('its key belongs to another certificate'),
    });
    expect(server.received).toEqual([]);
  });
});
