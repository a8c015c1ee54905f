import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { sendSpans } from '../../../src/record/trace/send-spans.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

interface Received {
  readonly path: string;
  readonly body: string;
}

/** A collector of OpenTelemetry. */
async function collector(status = 200): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
        response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}');
      });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, received };
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const span = {
  start: 1_700_000_001_000,
  end: 1_700_000_002_000,
  attributes: { 'ci.job.id': 1001 },
  failure: null,
};
const spans = {
  whole: { ...span, name: 'gitlab_pod_executor', failure: 'script-failed' },
  stages: [{ ...span, name: 'prepare', end: 1_700_000_001_500 }],
};
const send = (...endpoints: { url: string; auth: string | null }[]) =>
  sendSpans({
    spans,
    tracing: { traceId, parentId, endpoints },
    version: '1.2.3',
    env: {},
    milliseconds: 500,
  });

interface Sent {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number; readonly message?: string };
}

test("the spans of a job stand below GitLab's, in its trace, with their times", async () => {
  const { url, received } = await collector();
  expect(await send({ url, auth: null })).toEqual([]);
  expect(received.map(({ path }) => path)).toEqual(['/v1/traces']);
  const { resourceSpans } = JSON.parse(received[0]?.body ?? '') as {
    resourceSpans: { scopeSpans: { spans: Sent[] }[] }[];
  };
  const sent = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans).flatMap(({ spans: all }) => all);
  const [whole, prepare] = ['gitlab_pod_executor', 'prepare'].map((name) =>
    sent.find((one) => one.name === name),
  );
  expect(whole).toMatchObject({
    traceId,
    parentSpanId: parentId,
    status: { code: 2, message: 'script-failed' },
  });
  expect(prepare).toMatchObject({
    traceId,
    parentSpanId: whole?.spanId,
    startTimeUnixNano: '1700000001000000000',
    endTimeUnixNano: '1700000001500000000',
  });
});

test('each endpoint gets them, whatever becomes of the others, which are named', async () => {
  const [good, bad] = [await collector(), await collector(403)];
  const troubles = await send(
    { url: bad.url, auth: null },
    { url: 'grpc://otel.example.org:4317', auth: null },
    { url: 'https://otel.example.org/', auth: 'http_bearer_gcp_oidc' },
    { url: 'http://127.0.0.1:1/v1/traces', auth: null },
    { url: 'no address', auth: null },
    { url: good.url, auth: null },
  );
  expect(good.received).toHaveLength(1);
  expect(troubles).toEqual([
    expect.stringMatching(/^127\.0\.0\.1:\d+: /),
    'otel.example.org:4317 is asked by grpc:, and only HTTP and HTTPS are spoken',
    'otel.example.org wants to be shown who sends (http_bearer_gcp_oidc), which is not supported',
    expect.stringMatching(/^127\.0\.0\.1:1(: | gave)/),
    'an invalid address is asked by no protocol, and only HTTP and HTTPS are spoken',
  ]);
});
