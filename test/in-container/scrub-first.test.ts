import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Proof, scrubCommand } from '../../src/in-container/process-one.ts';
import { unclearableExitCode, unprovenExitCode, unwritableExitCode } from '../../src/layout/exit-codes.ts';
import { type LocalShell, localShells, runIn } from '../stage/local-shells.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scrub-before-'));
  for (const folder of ['builds', 'cache']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'builds', 'secret'), '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Given {
  readonly proof?: Proof;
  readonly scrub?: string;
  readonly directory?: string | null;
  readonly seconds?: number;
}

/** With the container's paths below the temporary root. */
function start(
  shell: LocalShell,
  { proof = 'skip', scrub = '', directory = null, seconds = 60 }: Given = {},
) {
  const [, , program = '', ...words] = scrubCommand(proof, 'group/project', { seconds, directory }).map(
    (word) => word.replace(/^\/(builds|cache)$/, `${root}/$1`),
  );
  if (scrub !== '') words[1] = scrub;
  return runIn(shell, program, { words, timeout: 20_000 });
}

describe.each(localShells())('in $name', (shell) => {
  it('scrubs, and makes a work directory then', () => {
    const directory = join(root, 'builds/group/project');
    expect(start(shell)).toMatchObject({ code: 0 });
    expect(readdirSync(join(root, 'builds'))).toEqual([]);
    expect(start(shell, { directory })).toMatchObject({ code: 0 });
    expect(readdirSync(join(root, 'builds/group'))).toEqual(['project']);
  });

  it('touches nothing before the proof of the user namespace', () => {
    expect(start(shell, { proof: 'prove' }).code).toBe(unprovenExitCode);
    expect(readdirSync(join(root, 'builds'))).toEqual(['secret']);
  });

  it.each([
    ['cannot be written', 'exit 72', unwritableExitCode],
    ['cannot be cleared', 'exit 74', unclearableExitCode],
    ['takes too long to scrub', 'exit 124', unclearableExitCode],
    ['cannot be scrubbed, whatever the reason', 'kill -KILL $$', unclearableExitCode],
  ])('the pod does not start with a workspace that %s', (_, scrub, code) => {
    expect(start(shell, { scrub }).code).toBe(code);
  });

  it('gives up when its seconds are over', () => {
    const { code, stderr } = start(shell, { scrub: 'exec sleep 15', seconds: 1 });
    expect(code).toBe(unclearableExitCode);
    expect(stderr).toContain('the lasting workspace was not scrubbed within 1 seconds');
  });
});
