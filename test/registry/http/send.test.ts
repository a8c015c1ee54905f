import { Agent } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { send } from '../../../src/registry/http/send.ts';
import { FakeRegistry } from '../fake-registry.ts';

const registry = await FakeRegistry.start();
const agent = new Agent({ keepAlive: true });
const fault = registry.fault;
afterEach(() => {
  registry.fault = fault;
});

const get = (path: string, rest = {}) =>
  send({
    ...{
      method: 'GET',
      url: new URL(path, registry.origin),
      agent,
      headers: {},
      maxBytes: 1000,
      milliseconds: 5000,
    },
    signal: new AbortController().signal,
    ...rest,
  } as const);

test('asks once more where a kept connection turns out to be closed', async () => {
  registry.putBlob('hello');
  await get('/v2/');
  let cuts = 1;
  registry.fault = ({ socket }) => cuts-- > 0 && socket.destroy();
  expect((await get('/v2/')).status).toBe(404);
  expect(registry.requests).toHaveLength(3);
});

test('does not ask again on a new connection', async () => {
  registry.fault = ({ socket }) => socket.destroy();
  const before = registry.requests.length;
  await expect(get('/v2/', { agent: new Agent() })).rejects.toMatchObject({
    kind: 'failed',
    isTransient: true,
  });
  expect(registry.requests).toHaveLength(before + 1);
});

test('takes no head that is longer than any challenge', async () => {
  registry.fault = (_, response) => response.writeHead(401, { 'WWW-Authenticate': 'x'.repeat(20_000) }).end();
  await expect(get('/v2/')).rejects.toMatchObject({ kind: 'failed' });
});

test('tells a host that does not exist, and one that does not listen, by what they are', async () => {
  await expect(get('http://127.0.0.1:1/')).rejects.toThrow(/127.0.0.1:1 cannot be asked: .*ECONNREFUSED/);
});
