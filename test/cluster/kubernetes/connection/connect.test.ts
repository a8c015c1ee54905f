import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../../src/cluster/kubernetes/connection/connect.ts';
import { finish, listening } from '../exec-peer.ts';
import { json, startFakeServer } from '../fake-api-server.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();
const root = join(import.meta.dirname, '../../../..');

/** Packages that a file loads with its static imports; `import()` is a chunk of its own. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, name = ''] of text.matchAll(/^(?:import|export)\s(?!type\b)[^'";]*?from '([^']+)'/gm)) {
    if (name.startsWith('.')) {
      for (const found of packagesOf(join(dirname(file), name), seen)) packages.add(found);
    } else if (!name.startsWith('node:')) packages.add(name);
  }
  return packages;
}

describe('connect', () => {
  it('loads nothing but ws: it is on the way of every `run`', () => {
    expect([...packagesOf(join(root, 'src/cluster/kubernetes/connection/connect.ts'))]).toEqual(['ws']);
    // The check itself sees packages where there are some.
    const parser = join(root, 'src/cluster/kubernetes/kubeconfig/parse-yaml.ts');
    expect([relative(root, parser), [...packagesOf(parser)].includes('yaml')]).toEqual([
      'src/cluster/kubernetes/kubeconfig/parse-yaml.ts',
      true,
    ]);
  });

  it('neither reads nor sends anything before the first call', async () => {
    const server = await startFakeServer({});
    undo(() => server.close());
    const cluster = connect(
      { ...server.connection, credentials: { kind: 'token-file', file: '/nowhere' } },
      { env: {} },
    );
    cluster.close();

    expect([cluster.namespace, server.connections()]).toEqual(['ci', 0]);
  });

  it('resumes its TLS session for an exec', async () => {
    const server = await startFakeServer({
      answer: (_, response) => json(response, 200, { metadata: {} }),
      exec: (peer) => finish(peer),
    });
    undo(() => server.close());
    const cluster = connect(server.connection, { env: {} });
    undo(() => cluster.close());

    await cluster.getPod('job-1');
    await Promise.all([cluster.exec(listening().request), cluster.exec(listening().request)]);

    expect(server.resumedConnections()).toBeGreaterThanOrEqual(1);
  });
});
