import { afterAll, afterEach, expect, test } from 'vitest';
import { followRedirects } from '../../../src/registry/http/follow-redirects.ts';
import { FakeRegistry } from '../fake-registry.ts';
import { networkTo } from '../network-to.ts';

const one = await FakeRegistry.start({ isSecure: true });
const two = await FakeRegistry.start({ isSecure: true });
const network = networkTo(one, two);
afterAll(async () => {
  network.agents.close();
  await Promise.all([one.close(), two.close()]);
});
afterEach(() => {
  for (const registry of [one, two]) registry.requests.length = 0;
});

const ask = () =>
  followRedirects(
    {
      method: 'GET',
      url: new URL(`${one.origin}/v2/a/blobs/x`),
      headers: { Authorization: 'Basic x' },
      maxBytes: 10,
    },
    network,
  );

function sendTo(targets: readonly string[]): void {
  const left = [...targets];
  one.fault = (_, response) => {
    const location = left.shift();
    if (location === undefined) return false;
    response.writeHead(307, { Location: location }).end();
    return true;
  };
}

test('keeps credentials on the way to the same host, and loses them at once on the way to another', async () => {
  sendTo(['/v2/a/blobs/y', `${two.origin}/v2/a/blobs/z`]);
  const answer = await ask();
  expect(answer).toMatchObject({ status: 404, isOwn: false });
  expect(one.requests.map(({ authorization }) => authorization)).toEqual(['Basic x', 'Basic x']);
  expect(two.requests.map(({ url, authorization }) => [url, authorization])).toEqual([
    ['/v2/a/blobs/z', undefined],
  ]);
});

test('does not get them back by being sent home', async () => {
  two.fault = (_, response) => response.writeHead(302, { Location: `${one.origin}/v2/b` }).end();
  sendTo([`${two.origin}/v2/a`]);
  expect(await ask()).toMatchObject({ isOwn: true });
  expect(one.requests.map(({ authorization }) => authorization)).toEqual(['Basic x', undefined]);
});

test('ends with the fourth', async () => {
  sendTo(Array.from({ length: 9 }, () => '/again'));
  await expect(ask()).rejects.toThrow(/redirects more than 3 times/);
  expect(one.requests).toHaveLength(4);
});
