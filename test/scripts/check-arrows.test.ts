import { describe, expect, it } from 'vitest';
import { findArrowFaults } from '../../scripts/check-arrows.ts';

/** Of one file; what the missing others leave unused is not asked for. */
const faultsOf = (file: string, text: string): string[] =>
  findArrowFaults(new Map([[file, text]])).filter((fault) => !fault.includes('nobody uses'));

describe('the check of arrows', () => {
  it.each([
    "import { admitJob } from '../admission/admit-job.ts';",
    "export { admitJob } from '../admission/admit-job.ts';",
    "type Job = import('../admission/admit-job.ts').Job;",
    "const later = await import('../admission/admit-job.ts');",
    'const any = await import(`../${name}.ts`);',
  ])('finds an import that points the wrong way: %s', (text) => {
    expect(faultsOf('src/policy/policy.ts', text)).toHaveLength(1);
  });

  it('finds files that import each other, once, be it for types alone', () => {
    const sources = new Map([
      ['src/text/a.ts', "import type { B } from './b.ts';"],
      ['src/text/b.ts', "import { c } from './c.ts';"],
      ['src/text/c.ts', "import { a } from './a.ts';"],
      ['src/text/d.ts', "import { a } from './a.ts';"],
    ]);
    expect(findArrowFaults(sources)).toEqual([
      'src/text/a.ts → src/text/b.ts → src/text/c.ts → src/text/a.ts: a circle; give what they share a file',
    ]);
  });

  it('finds an import between folders of a room that do not know each other', () => {
    expect(
      faultsOf('src/stage/prepare/prepare.ts', "import { watchOver } from '../run/watch-over.ts';"),
    ).toEqual([
      'src/stage/prepare/prepare.ts → src/stage/run/watch-over.ts: what both folders need stands above them',
    ]);
  });

  it.each([
    'process.env',
    'const { env } = process;',
    "process.getBuiltinModule('node:fs')",
    'globalThis.process',
    "require('node:fs')",
    "import { env } from 'node:process';",
    "import process from 'process';",
  ])('leaves the process to cmd: %s', (text) => {
    expect(faultsOf('src/stage/run/run.ts', text)).toHaveLength(1);
    expect(faultsOf('cmd/run.ts', text)).toEqual([]);
  });

  it.each([
    "import { readFileSync } from 'node:fs';",
    "import { readFileSync } from 'fs';",
    "import { setTimeout as sleep } from 'node:timers/promises';",
    "import { randomBytes } from 'node:crypto';",
    "import * as crypto from 'node:crypto';",
    "import { request } from 'node:http2';",
    "await import('node:dns');",
    'Date.now()',
    'new Date()',
    'Math.random()',
    'performance.now()',
    'setTimeout(next, 10)',
    "fetch('https://example.com')",
    'crypto.randomUUID()',
    'AbortSignal.timeout(10)',
  ])('keeps the world out of a pure folder: %s', (text) => {
    expect(faultsOf('src/policy/policy.ts', text)).toHaveLength(1);
    expect(faultsOf('src/stage/run/run.ts', text)).toEqual([]);
  });

  it.each([
    "import { createHash } from 'node:crypto';",
    "import { normalize } from 'node:path/posix';",
    'new Date(seconds * 1000)',
    'const at = { fetch: 1, process: 2 }; at.process;',
    '// process.env and Date.now() are for cmd',
    "const text = 'process 1 takes performance';",
  ])('lets a pure folder compute: %s', (text) => {
    expect(faultsOf('src/policy/policy.ts', text)).toEqual([]);
  });

  it('finds a permission that nobody uses', () => {
    const sources = new Map([['src/in-container/commands.ts', 'export {};']]);
    expect(findArrowFaults(sources)).toEqual([
      'src/in-container → src/layout: nobody uses this permission; take it off the list',
    ]);
  });

  it('wants an arrow for a new folder', () => {
    expect(faultsOf('src/new-room/file.ts', '')).toHaveLength(1);
  });
});
