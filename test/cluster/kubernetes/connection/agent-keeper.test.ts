import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/cluster/cluster.ts';
import { keepAgent } from '../../../../src/cluster/kubernetes/connection/agent-keeper.ts';
import { defaultLimits } from '../../../../src/cluster/kubernetes/limits.ts';
import { TunnelAgent } from '../../../../src/cluster/kubernetes/proxy/tunnel-agent.ts';

const connection: Connection = {
  server: 'https://api.example',
  namespace: 'ci',
  credentials: { kind: 'none' },
};

describe('keepAgent', () => {
  it('keeps one agent for as long as certificates stay the same, whatever the token is', async () => {
    const agents = keepAgent(connection, {}, defaultLimits);
    const first = await agents.agentFor({ token: 'a', authorities: 'pem' });

    expect(await agents.agentFor({ token: 'b', authorities: 'pem' })).toBe(first);
    expect(await agents.agentFor({ token: 'b', authorities: 'renewed' })).not.toBe(first);
  });

  it('makes one agent for two who ask at once', async () => {
    const agents = keepAgent(connection, { HTTPS_PROXY: 'http://proxy' }, defaultLimits);
    const [one, other] = await Promise.all([agents.agentFor({}), agents.agentFor({})]);

    expect(one).toBe(other);
    expect(one).toBeInstanceOf(TunnelAgent);
  });

  it('names the proxy on the way to the server', async () => {
    const agents = keepAgent(connection, { HTTPS_PROXY: 'http://anna:secret@proxy' }, defaultLimits);
    await agents.agentFor({});

    expect(agents.route()).toBe('https://api.example through the proxy http://proxy');
    expect(keepAgent(connection, {}, defaultLimits).route()).toBe('https://api.example');
  });
});
