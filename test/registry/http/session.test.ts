import { afterEach, expect, test } from 'vitest';
import { openSession } from '../../../src/registry/http/session.ts';
import { FakeRegistry } from '../fake-registry.ts';
import { networkTo } from '../network-to.ts';

const open: FakeRegistry[] = [];
afterEach(() => Promise.all(open.splice(0).map((registry) => registry.close())));

const encode = (pair: string): string => Buffer.from(pair).toString('base64');
const question = { method: 'GET', path: 'manifests/1', accept: '*/*', maxBytes: 100 } as const;

async function session(pairs: readonly string[], options: Parameters<typeof FakeRegistry.start>[0] = {}) {
  const registry = await FakeRegistry.start(options);
  open.push(registry);
  const repository = { registry: registry.host, path: 'a' };
  const network = networkTo(registry);
  return { registry, opened: openSession({ repository, credentials: pairs.map(encode), network }) };
}

test('shows no credentials to a registry that asks for none', async () => {
  const { registry, opened } = await session(['ci:x']);
  expect(await opened.ask(question)).toBeNull();
  expect(registry.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test('tries the next credentials where the first see nothing, as some registries hide what there is', async () => {
  const { registry, opened } = await session(['ci:blind', 'ci:right'], {
    credentials: { scheme: 'basic', pair: 'ci:right' },
  });
  registry.putManifest('a', {}, { tag: '1' });
  registry.fault = ({ headers }, response) =>
    headers.authorization === `Basic ${encode('ci:blind')}` && response.writeHead(404).end();
  expect(await opened.ask(question)).toMatchObject({ status: 200 });
});

test('tries no more than a few', async () => {
  const pairs = Array.from({ length: 50 }, (_, index) => `ci:${index}`);
  const { registry, opened } = await session(pairs, { credentials: { scheme: 'basic', pair: 'ci:right' } });
  await expect(opened.ask(question)).rejects.toMatchObject({ kind: 'denied' });
  expect(registry.requests).toHaveLength(9);
});

test.each([
  [429, true],
  [500, true],
  [418, false],
])('an answer of %i may pass: %s', async (status, isTransient) => {
  const { registry, opened } = await session([]);
  registry.fault = (_, response) => response.writeHead(status).end('<b>words of a stranger</b>');
  await expect(opened.ask(question)).rejects.toMatchObject({ kind: 'failed', isTransient });
  await expect(opened.ask(question)).rejects.not.toThrow(/stranger/);
});
