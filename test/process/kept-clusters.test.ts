// What one process keeps of a cluster for many jobs, and what of it no other connection may get.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { keepClusters } from '../../cmd/resident/kept-clusters.ts';
import type { Connection } from '../../src/cluster/cluster.ts';
import { finish, listening } from '../cluster/kubernetes/exec-peer.ts';
import { type FakeServer, json, startFakeServer } from '../cluster/kubernetes/fake-api-server.ts';

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'kept-'));
  ends.push(() => rmSync(made, { recursive: true }));
  return made;
}

/** It knows the tokens of `valid`, and everybody without a list. */
async function api(valid?: Set<string>): Promise<FakeServer> {
  const server = await startFakeServer({
    answer: ({ headers, path }, response) => {
      const isKnown = valid?.has(headers.authorization?.replace('Bearer ', '') ?? '') ?? true;
      const body =
        path === '/version' ? { major: '1', minor: '36', gitVersion: 'v1.36.3' } : { metadata: {} };
      json(response, isKnown ? 200 : 401, body);
    },
    exec: (peer) => finish(peer),
  });
  ends.push(() => server.close());
  return server;
}

/** Its token names what it sees: HOME, and how often it was called. */
function withPlugin(connection: Connection, script = ''): { connection: Connection; calls: () => number } {
  const place = directory();
  const [plugin, file, counter] = ['plugin', 'config', 'calls'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  const answer =
    '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s","expirationTimestamp":"2999-01-01T00:00:00Z"}}';
  writeFileSync(
    plugin,
    `#!/bin/sh\n${script}\necho x >>${counter}\nsleep 0.1\nprintf '${answer}' "$HOME.$(($(wc -l <${counter})))\${CUSTOM_ENV_HOME:-}"\n`,
  );
  chmodSync(plugin, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
  writeFileSync(file, JSON.stringify({ users: [{ name: 'u', user: { exec } }] }));
  return {
    connection: { ...connection, credentials: { kind: 'kubeconfig', file, user: 'u' } },
    calls: () => readFileSync(counter, 'utf8').length / 2,
  };
}

function kept() {
  const clusters = keepClusters();
  ends.push(() => clusters.close());
  return clusters;
}

const env = { PATH: '/usr/bin:/bin', HOME: 'one' };
/** Tokens that the server was shown, each once. */
const shown = ({ received }: FakeServer): string[] => [
  ...new Set(received.map(({ headers }) => headers.authorization?.replace('Bearer ', '') ?? '')),
];

describe('what is kept of a cluster', () => {
  it('a credential plugin runs once for all jobs of a runner, and sees none of their variables', async () => {
    const server = await api();
    const { connection, calls } = withPlugin(server.connection);
    const clusters = kept();
    const jobs = Array.from({ length: 20 }, (_, index) => ({
      ...env,
      TMPDIR: `/tmp/${index}`,
      CUSTOM_ENV_HOME: `stranger-${index}`,
    }));
    await Promise.all(jobs.map((job) => clusters.connect(connection, { env: job }).getPod('job-1')));

    expect([calls(), shown(server)]).toEqual([1, ['one.1']]);
  });

  it('a credential is never shown for a runner with another environment, user or proxy', async () => {
    const server = await api();
    const { connection, calls } = withPlugin(server.connection);
    const clusters = kept();
    await clusters.connect(connection, { env }).getPod('job-1');
    await clusters.connect(connection, { env: { ...env, HOME: 'two' } }).getPod('job-1');

    expect([calls(), shown(server)]).toEqual([2, ['one.1', 'two.2']]);
  });

  it('a token that is refused is renewed once for all, and an exec is made with the new one', async () => {
    const valid = new Set(['one.1']);
    const server = await api(valid);
    const { connection, calls } = withPlugin(server.connection);
    const clusters = kept();
    await clusters.connect(connection, { env }).getPod('job-1');
    valid.clear();
    valid.add('one.2');
    await Promise.all(
      Array.from({ length: 10 }, () => clusters.connect(connection, { env }).getPod('job-1')),
    );
    expect(await clusters.connect(connection, { env }).exec(listening().request)).toMatchObject({ code: 0 });

    expect([calls(), shown(server)]).toEqual([2, ['one.1', 'one.2']]);
  });

  it('a plugin that fails for one job is asked again for the next', async () => {
    const server = await api();
    const broken = join(directory(), 'broken');
    writeFileSync(broken, '');
    const { connection } = withPlugin(server.connection, `[ ! -e ${broken} ] || exit 3`);
    const clusters = kept();
    await expect(clusters.connect(connection, { env }).getPod('job-1')).rejects.toThrow('exit code 3');
    rmSync(broken);

    expect(await clusters.connect(connection, { env }).getPod('job-1')).toEqual({ metadata: {} });
  });

  it('jobs share connections and what is known of the server; what one closes stays open for the others', async () => {
    const server = await api();
    const clusters = kept();
    for (let job = 0; job < 5; job += 1) {
      const cluster = clusters.connect(server.connection, { env: { ...env, TMPDIR: `/tmp/${job}` } });
      expect(await cluster.serverVersion()).toMatchObject({ minor: 36 });
      await cluster.getPod('job-1');
      cluster.close();
    }

    expect(server.connections()).toBe(1);
    expect(server.received.filter(({ path }) => path === '/version')).toHaveLength(1);
  });
});
