// The wrapper that keeps a resident in a container, with stand-ins for both programs.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const wrapper = resolve('config/container/serve-beside.sh');

const shells = [
  ['dash', ['dash']],
  ['bash', ['bash', '--posix']],
  ['busybox', ['busybox', 'sh']],
] as const;

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-beside-'));
  program(
    'resident',
    'echo "$1 $$" >>serves; trap "echo end >>ends; exit" TERM; while :; do sleep 0.1; done',
  );
  program('gitlab-runner', 'echo "$$ $*" >runner; trap "exit 7" TERM; while :; do sleep 0.1; done');
});
afterEach(async () => {
  child?.kill('SIGKILL');
  for (const pid of served()) kill(pid, 'SIGTERM');
  // What keeps it notices that GitLab Runner is gone.
  await vi.waitFor(() => expect(served().some(isAlive)).toBe(false), { timeout: 10_000 });
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\ncd ${folder}\n${text}\n`, { mode: 0o755 });
}

/** Under `shell`, which starts its own second half, too. */
function start(shell: readonly string[], ...words: readonly string[]): ChildProcess {
  const text = readFileSync(wrapper, 'utf8').replace(/^.*\n/, `#!/usr/bin/env -S ${shell.join(' ')}\n`);
  writeFileSync(join(folder, 'wrapper'), text, { mode: 0o755 });
  child = spawn(join(folder, 'wrapper'), words, {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], GITLAB_POD_EXECUTOR: join(folder, 'resident') },
  });
  return child;
}

function linesOf(name: string): string[] {
  try {
    return readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

const served = (): number[] => linesOf('serves').map((line) => Number(line.replace('serve ', '')));

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 10_000 });

describe.each(shells)('the wrapper in %s', (_, shell) => {
  it('the wrapper becomes GitLab Runner, and its resident ends after it', async () => {
    const { pid } = start(shell, join(folder, 'gitlab-runner'), 'run', '--config', 'a b');
    const end = once(child as ChildProcess, 'exit');
    await soon(() => expect([linesOf('runner'), served().length]).toEqual([[`${pid} run --config a b`], 1]));
    child?.kill('SIGTERM');
    expect(await end).toEqual([7, null]);
    await soon(() => expect(linesOf('ends')).toEqual(['end']));
  });

  it('a resident that is killed is started again', async () => {
    start(shell, join(folder, 'gitlab-runner'), 'run');
    await soon(() => expect(served()).toHaveLength(1));
    kill(served()[0] ?? 0, 'SIGKILL');
    await soon(() => expect(served()).toHaveLength(2));
  });

  it('the wrapper without a command keeps the resident alone, until it is told to end', async () => {
    start(shell);
    const end = once(child as ChildProcess, 'exit');
    await soon(() => expect(served()).toHaveLength(1));
    child?.kill('SIGTERM');
    await end;
    await soon(() => expect(linesOf('ends')).toEqual(['end']));
    expect(served()).toHaveLength(1);
  });

  it('a signal to all of a group, as dumb-init sends it, leaves the resident to the running stages', async () => {
    start(shell, join(folder, 'gitlab-runner'), 'run');
    await soon(() => expect(served()).toHaveLength(1));
    const [serving = 0] = served();
    expect(sessionOf(serving)).not.toBe(sessionOf(child?.pid ?? 0));
  });
});

/** Field 6 of /proc/PID/stat. */
function sessionOf(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')[3];
}
