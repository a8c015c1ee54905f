// Hundreds of kubeconfigs, each asked for the server's version: as whom does it speak? The answers of client-go were recorded once,
// with client-go itself (docs/decisions/0008).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import type { KubeconfigCase, Outcome } from './kubeconfig-case.ts';
import { type KubeconfigWorld, startKubeconfigWorld } from './kubeconfig-world.ts';

const groups = ['users', 'plugins', 'clusters', 'files'] as const;
const root = join(import.meta.dirname, '../../..');

function read(group: (typeof groups)[number]): readonly KubeconfigCase[] {
  const file = join(import.meta.dirname, 'fixtures/kubeconfigs', `${group}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as KubeconfigCase[];
}

const secrets = ['"abc"', 'PRIVATE KEY', 'LS0tLS1CRUdJTiBQUklWQVRF', 'from-', 'clientKeyData'];

let world: KubeconfigWorld;
beforeAll(async () => {
  world = await startKubeconfigWorld();
}, 60_000);
afterAll(() => world.close());

describe.each(groups)('a kubeconfig is read as kubectl reads it: %s', (group) => {
  it.each(read(group).map((row) => [row.name, row] as const))('reads like kubectl: %s', async (_, row) => {
    const { as, ran, told, error, connection = '' } = await world.ask(row);

    // Files and plugins are named; whatever else authenticates stays where it is.
    for (const secret of secrets) expect(connection).not.toContain(secret);

    const expected: Outcome = row.ours ?? row.kubectl;
    if (expected.as !== 'refused') {
      expect({ as, ...(ran && { ran }), ...(told !== undefined && { told }), error }).toEqual(expected);
      return;
    }
    expect({ as, seen: world.seen() }).toEqual({ as: 'refused', seen: null });
    expect(error).toBeInstanceOf(SystemFailure);
    // Neither a bug of ours nor "retry the job", and no word of what may be secret.
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(policy-invalid|unauthorized|cluster-refused|cluster-unreachable)$/),
    });
    expect(error?.message).not.toMatch(/Retry the job/);
    expect(error?.message).not.toMatch(/abc|def\b|PRIVATE KEY|undefined|TypeError/);
  });
});

// @promise setting: a kubeconfig that kubectl accepts, or refuses — the same, but for what [decision 8](decisions/0008-own-kubeconfig-reader.md) lists
it('differs from kubectl only where that is meant, and the decision says how often', () => {
  const rows = groups.flatMap(read);
  const different = rows.filter(({ ours }) => ours !== undefined);

  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  expect(different.filter(({ because }) => !because)).toEqual([]);
  const decision = readFileSync(join(root, 'docs/decisions/0008-own-kubeconfig-reader.md'), 'utf8');
  expect(decision).toContain(`${rows.length - different.length} of ${rows.length}`);
  for (const { because } of different) expect(decision).toContain(because);
});
