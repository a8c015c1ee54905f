import { afterEach, expect, test } from 'vitest';
import { keepAgents } from '../../../src/registry/http/agents.ts';

const agents = keepAgents();
afterEach(() => agents.close());

const url = new URL('https://registry.example.org/v2/');
const proxied = { HTTPS_PROXY: 'http://proxy.example.org:3128' };

test('one agent serves all registries that are reached in the same way', async () => {
  const one = await agents.agentFor({ url, access: undefined, env: {} });
  expect(
    await agents.agentFor({ url: new URL('https://other.example.org/'), access: undefined, env: {} }),
  ).toBe(one);
});

test('an authority of its own, a proxy, or being named by the operator, is another way', async () => {
  const ways = [
    { url, access: undefined, env: {} },
    { url, access: {}, env: {} },
    { url, access: { certificate_authority: 'PEM' }, env: {} },
    { url, access: undefined, env: proxied },
    { url: new URL('http://registry.example.org/'), access: { plain_http: true }, env: {} },
  ];
  const found = await Promise.all(ways.map((way) => agents.agentFor(way)));
  expect(new Set(found).size).toBe(ways.length);
});

test('an address that is no proxy is said as for the API server', async () => {
  const way = { url, access: undefined, env: { HTTPS_PROXY: 'ftp://proxy' } };
  await expect(agents.agentFor(way)).rejects.toThrow(/Cannot use HTTPS_PROXY in the runner's environment/);
});
