// scripts/run-tests.ts as scripts/test starts it, with one quick check, on a machine that has no program for sandboxes.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
/** All that the check itself needs. */
const programs = mkdtempSync(join(tmpdir(), 'no-sandbox-'));
symlinkSync(process.execPath, join(programs, 'node'));
symlinkSync('/bin/sh', join(programs, 'sh'));
// A check is any npm script; this one is quick, and its programs are here.
symlinkSync('/bin/true', join(programs, 'npm'));
afterAll(() => rmSync(programs, { recursive: true, force: true }));

function runTests(...words: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  const options = { cwd: root, env: { PATH: programs } };
  return new Promise((done) => {
    execFile(process.execPath, ['scripts/run-tests.ts', ...words], options, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

it('never ends green without a sandbox, and says what to install', async () => {
  const { code, output } = await runTests('check:arrows');

  expect(code).toBe(1);
  expect(output).toMatch(/NO SANDBOX: what needs one is skipped, which is a failure without --allow-skips\./);
  expect(output).toContain('apt-get install -y crun');
  expect(output).toMatch(/\nFailed: sandbox\n\n1 passed, 1 failed\n$/);
});

it('ends green without a sandbox where that was allowed, and still says so', async () => {
  const { code, output } = await runTests('--allow-skips', 'check:arrows');

  expect(output).toMatch(/NO SANDBOX: what needs one is skipped, as --allow-skips allows\./);
  expect(output).toMatch(/\n1 passed, 0 failed\n$/);
  expect(code).toBe(0);
});

it('knows its checks and suites', async () => {
  const { code, output } = await runTests('units');

  expect(code).toBe(2);
  expect(output).toContain('No such check or suite: units. There are check:format, ');
});
