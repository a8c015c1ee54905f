import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram } from '../../scripts/bundles.ts';

const sources = globSync(['src/**/*.ts', 'cmd/**/*.ts']).map(
  (file) => [file, readFileSync(file, 'utf8')] as const,
);

/** Sources that hold a class of ours which somebody tests by `instanceof`. */
function testedClasses(): string[] {
  const tested = new Set(
    sources.flatMap(([, text]) => [...text.matchAll(/\binstanceof (\w+)/g)].map(([, name]) => name ?? '')),
  );
  return sources
    .filter(([, text]) =>
      [...text.matchAll(/^export (?:abstract )?class (\w+)/gm)].some(([, name]) => tested.has(name ?? '')),
    )
    .map(([file]) => file);
}

/** Name of a bundle or chunk, and the sources in it. */
type Pieces = ReadonlyMap<string, readonly string[]>;

function piecesOf({ outputs }: Metafile): Pieces {
  return new Map(
    Object.entries(outputs).map(([path, { inputs }]) => [
      basename(path),
      // What is left of a source when nothing of it is used is 0 bytes.
      Object.keys(inputs).filter((input) => (inputs[input]?.bytesInOutput ?? 0) > 0),
    ]),
  );
}

/** What is loaded with a chunk before anything runs. */
function loadedWith({ outputs }: Metafile, entry: string): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { kind, path: next, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && external !== true && next in outputs) visit(next);
  };
  const start = Object.keys(outputs).find((path) => basename(path) === entry);
  if (start !== undefined) visit(start);
  return [...found].map((path) => basename(path));
}

function twice(pieces: Pieces, sources: readonly string[]): string[] {
  return sources.flatMap((source) => {
    const homes = [...pieces].filter(([, inputs]) => inputs.includes(source)).map(([name]) => name);
    return homes.length > 1 ? [`${source} is in ${homes.join(' and ')}`] : [];
  });
}

let folder: string;
let main: Metafile;
let own: Metafile;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  ({ main, own } = await bundleProgram(folder));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a class that is tested by instanceof is one class in each process', () => {
  it('knows which classes those are', () => {
    expect(testedClasses()).toEqual(
      expect.arrayContaining([
        'src/outcome/system-failure.ts',
        'src/outcome/build-failure.ts',
        'src/admission/rejection.ts',
        'src/cluster/kubernetes/api-refusal.ts',
        'cmd/command/usage-error.ts',
      ]),
    );
  });

  it('a command loads no such class twice, with its chunks and the bundles that they load', () => {
    const others = [...piecesOf(own)].filter(([name]) => name !== 'run.mjs' && name !== 'parse-yaml.mjs');
    expect(twice(new Map([...piecesOf(main), ...others]), testedClasses())).toEqual([]);
  });

  it('`run` loads no such class twice, with what finds it and the bundles that it loads', () => {
    const start = new Set(loadedWith(main, 'main.mjs'));
    const before = [...piecesOf(main)].filter(([name]) => start.has(name));
    expect(before.length).toBeGreaterThan(0);
    expect(twice(new Map([...before, ...piecesOf(own)]), testedClasses())).toEqual([]);
  });

  it('would see one that is not', () => {
    const pieces = new Map([...piecesOf(main), ...piecesOf(own)]);
    expect(twice(pieces, testedClasses()).join('\n')).toMatch(/system-failure\.ts is in .* and run\.mjs/);
  });
});

/** In kB, with some room. Who needs more says why in the commit that raises it: an hour of jobs starts hundreds of these. */
const largest: Readonly<Record<string, number>> = {
  'cmd/config.ts': 5,
  'cmd/run.ts': 175,
  'cmd/cleanup.ts': 125,
  'cmd/prepare.ts': 1040,
  'cmd/serve.ts': 1230,
};

describe('a stage loads no more than it did', () => {
  it.each(Object.entries(largest))(
    '%s and what is loaded with it have at most %i kB',
    (source, kilobytes) => {
      const bundle = isEntry(own, source) ? own : main;
      const [path = ''] =
        Object.entries(bundle.outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
      const sizes = new Map(
        Object.entries(bundle.outputs).map(([name, { bytes }]) => [basename(name), bytes]),
      );
      const bytes = loadedWith(bundle, basename(path)).reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
      expect(bytes).toBeGreaterThan(1000);
      expect(bytes / 1000).toBeLessThan(kilobytes);
    },
  );
});

const isEntry = ({ outputs }: Metafile, source: string): boolean =>
  Object.values(outputs).some(({ entryPoint }) => entryPoint === source);
