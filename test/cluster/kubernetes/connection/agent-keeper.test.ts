import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/cluster/cluster.ts';
import { keepAgent } from '../../../../src/cluster/kubernetes/connection/agent-keeper.ts';
import { defaultLimits } from '../../../../src/cluster/kubernetes/limits.ts';
import { TunnelAgent } from '../../../../src/cluster/kubernetes/proxy/tunnel-agent.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

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

  it('asks again for a proxy whose address could not be read', async () => {
    const file = join(temporaryDirectory(undo), 'config');
    const agents = keepAgent({ ...connection, proxy: { file, cluster: 'c' } }, {}, defaultLimits);
    await expect(agents.agentFor({})).rejects.toThrow('Cannot read the kubeconfig');

    const write = (proxy: string): void =>
      writeFileSync(file, JSON.stringify({ clusters: [{ name: 'c', cluster: { 'proxy-url': proxy } }] }));
    write('http://anna:secret@proxy');
    const first = await agents.agentFor({});
    expect(first).toBeInstanceOf(TunnelAgent);
    expect(await agents.agentFor({})).toBe(first);

    write('http://anna:another@proxy');
    expect(await agents.agentFor({})).not.toBe(first);
  });

  it('names the proxy on the way to the server', async () => {
    const agents = keepAgent(connection, { HTTPS_PROXY: 'http://anna:secret@proxy' }, defaultLimits);
    await agents.agentFor({});

    expect(agents.route()).toBe('https://api.example through the proxy http://proxy');
    expect(keepAgent(connection, {}, defaultLimits).route()).toBe('https://api.example');
  });
});
