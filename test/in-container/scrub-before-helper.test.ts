import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Proof, scrubbingHelperCommand } from '../../src/in-container/process-one.ts';
import { unclearableExitCode, unprovenExitCode, unwritableExitCode } from '../../src/layout/exit-codes.ts';
import { type LocalShell, localShells, runIn } from '../stage/local-shells.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scrub-before-'));
  for (const folder of ['builds', 'cache']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'builds', 'secret'), '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** With the container's paths below the temporary root, and without its endless wait. */
function start(
  shell: LocalShell,
  { proof = 'skip', scrub = '' }: { readonly proof?: Proof; readonly scrub?: string } = {},
) {
  const [, , program = '', ...words] = scrubbingHelperCommand(proof, 'group/project').map((word) =>
    word
      .replaceAll('/.gitlab-pod-executor', join(root, 'control'))
      .replace(/^\/(builds|cache)$/, `${root}/$1`)
      .replace(/^while :; do\nsleep 3600 &\nwait\ndone$/m, 'echo waits'),
  );
  if (scrub !== '') words[1] = scrub;
  return runIn(shell, program, { words, timeout: 20_000 });
}

describe.each(localShells())('in $name', (shell) => {
  it('scrubs first, and is ready then', () => {
    expect(start(shell)).toMatchObject({ code: 0, stdout: 'waits\n' });
    expect(readdirSync(join(root, 'builds'))).toEqual([]);
    expect(readdirSync(join(root, 'control'))).toEqual(expect.arrayContaining(['home', 'ready']));
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
  ])('the helper is not ready with a workspace that %s', (_, scrub, code) => {
    expect(start(shell, { scrub }).code).toBe(code);
    expect(readdirSync(root)).not.toContain('control');
  });
});
