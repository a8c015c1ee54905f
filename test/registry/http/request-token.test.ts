import type { ServerResponse } from 'node:http';
import { afterAll, expect, test } from 'vitest';
import { requestToken } from '../../../src/registry/http/request-token.ts';
import { FakeRegistry } from '../fake-registry.ts';
import { networkTo } from '../network-to.ts';

const registry = await FakeRegistry.start();
const network = networkTo(registry);
afterAll(async () => {
  network.agents.close();
  await registry.close();
});

function answering(status: number, body: string) {
  registry.fault = (_, response: ServerResponse) => response.writeHead(status).end(body);
  const realm = new URL(`${registry.origin}/token?account=x&scope=repository:other:push`);
  const challenge = { scheme: 'bearer', realm, service: 'a b' } as const;
  return requestToken({ challenge, path: 'team/app', credential: 'Y2k6eA==', isPlainHttp: true }, network);
}

test('asks for reading one repository, whatever else the registry would take', async () => {
  expect(await answering(200, '{"token": "abc"}')).toBe('abc');
  const { url, authorization } = registry.requests.at(-1) ?? {};
  const asked = new URL(url ?? '', registry.origin).searchParams;
  expect(Object.fromEntries(asked)).toEqual({
    account: 'x',
    scope: 'repository:team/app:pull',
    service: 'a b',
  });
  expect(authorization).toBe('Basic Y2k6eA==');
});

test('takes a token by either name', async () => {
  expect(await answering(200, '{"token": "", "access_token": "abc"}')).toBe('abc');
});

test.each([400, 401, 403])('%i means that these credentials do not do', async (status) => {
  expect(await answering(status, '')).toBeNull();
});

test.each([
  [200, '{"token": "a\\r\\nX-Evil: 1"}', /answers without a token/],
  [200, '{"token": 5}', /answers without a token/],
  [200, 'no JSON', /answers without a token/],
  [307, '', /answers HTTP 307/],
  [503, '', /answers HTTP 503/],
  [200, 'x'.repeat(100_000), /longer than 65536 bytes/],
])('%i with %.20s is no token', async (status, body, words) => {
  await expect(answering(status, body)).rejects.toThrow(words);
});
