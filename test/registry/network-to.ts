// What asks registries in a test: as the product does, without its waits.
import { keepAgents } from '../../src/registry/http/agents.ts';
import type { Network } from '../../src/registry/http/follow-redirects.ts';
import type { FakeRegistry } from './fake-registry.ts';

export function networkTo(...registries: readonly FakeRegistry[]): Network {
  return {
    agents: keepAgents(),
    registries: Object.fromEntries(registries.map(({ host, access }) => [host, access])),
    env: {},
    milliseconds: 5000,
    signal: new AbortController().signal,
  };
}
