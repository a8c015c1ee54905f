// A job starts ten processes of `run` and one of `config`; none of them needs the policy, and none waits for it or for zod to
// load.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** Every file and package that the program reads for it, those of `import()` among them; types are gone by then. */
function loadedBy(file: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  if (!existsSync(file)) return found;
  const imports = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (?!type\b)(?:[^'";]*? from )?'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  for (const [, fixed, onDemand] of imports) {
    const target = fixed ?? onDemand ?? '';
    loadedBy(target.startsWith('.') ? join(dirname(file), target) : target, found);
  }
  return found;
}

const isOfPolicy = (file: string): boolean => file.startsWith('src/policy/') || file === 'zod';

test.each(['cmd/config.ts', 'cmd/run.ts'])('%s loads nothing of the policy', (command) => {
  const loaded = [...loadedBy(command)];

  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.filter(isOfPolicy)).toEqual([]);
});

test('prepare does, so that one can tell', () => {
  expect([...loadedBy('cmd/prepare.ts')].filter(isOfPolicy)).toEqual(
    expect.arrayContaining(['zod', 'src/policy/schema/policy-schema.ts']),
  );
});
