// Paths that are no plain files, given to every command that takes one: each is refused in words, and none is read for ever.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'strange-paths-'));
const at = (name: string): string => join(folder, name);
const socket = createServer();

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.ts', '--out', at('dist')], { stdio: 'pipe' });
  writeFileSync(
    at('policy.yaml'),
    'cluster: {namespace: ci, kubeconfig: /no/such/kubeconfig}\nallowed_images: [python:*]\n',
  );
  writeFileSync(at('job.json'), '{}');
  mkdirSync(at('folder.yml'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe.yml')]);
  writeFileSync(at('endless.yml'), '');
  // A sparse file of a terabyte takes no room, and its end is never reached.
  truncateSync(at('endless.yml'), 2 ** 40);
  symlinkSync('loop.yml', at('loop.yml'));
  symlinkSync('/dev/zero', at('zero.yml'));
  await new Promise<void>((resolve) => socket.listen(at('socket.yml'), resolve));
});
afterAll(() => {
  socket.close();
  rmSync(folder, { recursive: true, force: true });
});

const strange = ['folder.yml', 'pipe.yml', 'endless.yml', 'loop.yml', 'zero.yml', 'socket.yml'];

/** A command that does not end by itself is killed, and has no exit code. */
async function call(...argv: readonly string[]): Promise<{ code: number | undefined; says: string }> {
  const { exitCode, all } = await execa(at('dist/gitlab-pod-executor'), argv, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: 45_000,
    killSignal: 'SIGKILL',
    // What an unbounded read would take is not to be had.
    env: { NODE_OPTIONS: '--max-old-space-size=512', TMPDIR: folder },
  });
  return { code: exitCode, says: all };
}

describe.each(strange)('%s', (name) => {
  it.each([
    ['check --policy', ['check', '--policy', at(name), 'x']],
    ['check --ci-file', ['check', '--policy', at('policy.yaml'), '--ci-file', at(name)]],
    ['help-page --policy', ['help-page', '--policy', at(name), '--out', at('page')]],
    ['help-page --out', ['help-page', '--policy', at('policy.yaml'), '--out', at(name)]],
    ['print-pod JOB', ['print-pod', at(name), at('policy.yaml')]],
    ['print-pod POLICY', ['print-pod', at('job.json'), at(name)]],
    ['prepare --policy', ['prepare', '--policy', at(name)]],
    ['sweep --policy', ['sweep', '--policy', at(name)]],
  ])('ends %s with 2 and its name', async (command, argv) => {
    // An empty folder is what --out asks for.
    const isWell = command === 'help-page --out' && name === 'folder.yml';
    const { code, says } = await call(...argv);

    expect(code).toBe(isWell ? 0 : 2);
    if (!isWell && !command.endsWith('JOB')) expect(says).toContain(name);
  });

  it('a strange file is not resolved as an include', async () => {
    writeFileSync(at('main.yml'), `include: ${name}\njob: {image: "python:3"}\n`);
    const { code, says } = await call('check', '--policy', at('policy.yaml'), '--ci-file', at('main.yml'));

    // What cannot be read is not there; a pipe is empty, which no CI file may be.
    expect(code).toBe(name === 'pipe.yml' ? 2 : 0);
    expect(says).toContain(name);
  });
});

it.each(['/proc/x', '/proc/x/y', '/dev/null/x', '/sys/x'])('help-page --out %s ends with 2', async (out) => {
  const { code, says } = await call('help-page', '--policy', at('policy.yaml'), '--out', out);

  expect(code).toBe(2);
  expect(says).toContain(`Cannot write the help page to ${out}: `);
});

it('check reads a policy from a pipe that somebody writes to', async () => {
  const policy = `cat ${at('policy.yaml')}`;
  const { stdout } = await execa(
    'bash',
    ['-c', `exec "$0" check --policy <(sleep 0.2; ${policy}) python:3`, at('dist/gitlab-pod-executor')],
    { stdin: 'ignore' },
  );

  expect(stdout).toContain('allowed   python:3');
});
