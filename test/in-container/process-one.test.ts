import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  buildCommand,
  helperCommand,
  makeDirectoryCommand,
  proofCommand,
} from '../../src/in-container/process-one.ts';
import {
  incompleteImageExitCode,
  unprovenExitCode,
  unwritableExitCode,
} from '../../src/layout/exit-codes.ts';
import { controlDirectory } from '../../src/layout/paths.ts';
import { idMaps } from '../security/fixtures/id-maps.ts';

const shells = [
  { shell: 'dash', argv: ['dash'] },
  { shell: 'bash', argv: ['bash', '--posix'] },
  { shell: 'busybox ash', argv: ['busybox', 'ash'] },
].filter(({ shell, argv }) => {
  const isHere = spawnSync(argv[0] ?? '', [...argv.slice(1), '-c', ':'], { stdio: 'ignore' }).status === 0;
  if (!isHere) console.warn(`skipped: there is no ${shell} on this machine`);
  return isHere;
});

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pid-one-'));
  mkdirSync(join(root, 'tools'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs a container's command up to where it would wait for ever, with the container's paths below a temporary root. */
function run(
  argv: readonly string[],
  command: readonly string[],
  {
    uidMap,
    gidMap = uidMap,
    path = process.env['PATH'] ?? '',
  }: { uidMap?: string; gidMap?: string; path?: string } = {},
): { status: number | null; said: string } {
  if (uidMap !== undefined) writeFileSync(join(root, 'uid_map'), uidMap);
  if (gidMap !== undefined) writeFileSync(join(root, 'gid_map'), gidMap);
  const [, option, program = '', ...rest] = command.map((word) =>
    word.replaceAll(controlDirectory, join(root, 'control')),
  );
  const here = program
    .replaceAll('/proc/self/', `${root}/`)
    .replace(/^while :; do\nsleep 3600 &\nwait\ndone$/m, 'echo waits');
  const { status, stdout, stderr } = spawnSync(
    argv[0] ?? '',
    [...argv.slice(1), option ?? '', here, ...rest],
    {
      encoding: 'utf8',
      env: { PATH: path },
      // As in a container; and bash would take a socket for a remote login, and read ~/.bashrc.
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return { status, said: stdout + stderr };
}

const noNamespace =
  /^gitlab-pod-executor: this pod has no user namespace of its own: .*uid_map reads ".*"\n$/;
const proven = '         0  529072128      65536\n';

describe.each(shells)('in $shell', ({ argv }) => {
  test.for(idMaps)('the proof $name', ({ text, fault }) => {
    const { status, said } = run(argv, proofCommand(), { uidMap: text });

    expect(status).toBe(fault === null ? 0 : unprovenExitCode);
    expect(said).toMatch(fault === null ? /^$/ : noNamespace);
  });

  test('the proof wants the gid map to be the uid map', () => {
    const { status, said } = run(argv, proofCommand(), { uidMap: proven, gidMap: '0 65536 65536\n' });

    expect(status).toBe(unprovenExitCode);
    expect(said).toBe(
      'gitlab-pod-executor: this pod has no user namespace of its own: uid_map and gid_map differ\n',
    );
  });

  test('the proof fails when there is no map to read', () => {
    expect(run(argv, proofCommand()).status).toBe(unprovenExitCode);
  });

  test('the helper makes nothing and is not ready before its proof', () => {
    const { status } = run(argv, helperCommand('prove'), { uidMap: '0 0 4294967295\n' });

    expect(status).toBe(unprovenExitCode);
    expect(readdirSync(root)).not.toContain('control');
  });

  test('the helper is ready after its proof', () => {
    const { status, said } = run(argv, helperCommand('prove'), { uidMap: proven });

    expect({ status, said }).toEqual({ status: 0, said: 'waits\n' });
    expect(readdirSync(join(root, 'control'))).toEqual(expect.arrayContaining(['home', 'ready', 'scripts']));
  });

  test('the helper skips the proof when asked to', () => {
    const { said } = run(argv, helperCommand('skip'), { uidMap: '0 0 4294967295\n' });

    expect(said).toBe('waits\n');
  });

  test('the helper makes gitlab-runner reachable where the image has it under its other name', () => {
    const tool = join(root, 'tools', 'gitlab-runner-helper');
    writeFileSync(tool, '#!/bin/sh\necho "it runs $1"\n', { mode: 0o755 });

    run(argv, helperCommand('skip'), { path: `${join(root, 'tools')}:${process.env['PATH'] ?? ''}` });

    const link = join(root, 'control', 'bin', 'gitlab-runner');
    expect(execFileSync(link, ['--version'], { encoding: 'utf8' })).toBe('it runs --version\n');
  });

  test('build makes its own directories for nobody else', () => {
    const { status, said } = run(argv, buildCommand());

    expect({ status, said }).toEqual({ status: 0, said: 'waits\n' });
    for (const directory of ['home', 'scripts']) {
      expect(statSync(join(root, 'control', directory)).mode & 0o777).toBe(0o700);
    }
  });

  test('build says what an image lacks', () => {
    for (const tool of [argv[0] ?? '', 'mkdir']) symlinkSync(findTool(tool), join(root, 'tools', tool));

    const { status, said } = run([join(root, 'tools', argv[0] ?? ''), ...argv.slice(1)], buildCommand(), {
      path: join(root, 'tools'),
    });

    // busybox ash has its sleep built in, so it lacks nothing.
    if (argv[0] === 'busybox') expect(status).toBe(0);
    else {
      expect(status).toBe(incompleteImageExitCode);
      expect(said).toBe('gitlab-pod-executor: this image has no sleep or no mkdir: no job can run in it\n');
    }
  });

  test('build says that its control volume cannot be written', () => {
    writeFileSync(join(root, 'control'), 'a file in its place');

    const { status, said } = run(argv, buildCommand());

    expect(status).toBe(unwritableExitCode);
    expect(said).toContain('gitlab-pod-executor: cannot write to ');
  });

  test('process 1 outlives the loss of its sleep, and ends on TERM', async () => {
    const { child, kill } = start(argv, buildCommand());
    try {
      await poll(() => (existsSync(join(root, 'control', 'ready')) ? true : undefined));
      const first = await poll(() => childrenOf(child.pid)[0]);
      process.kill(first, 'SIGKILL');
      await poll(() => childrenOf(child.pid).find((pid) => pid !== first));
      child.kill('SIGTERM');

      // With 0 a kubelet would forget why it ended the pod.
      expect(await once(child, 'exit')).toEqual([143, null]);
    } finally {
      kill();
    }
  });

  test('an init container makes a directory whatever its name', () => {
    const directory = join(root, "a 'b' $(c)", 'd');

    const { status } = run(argv, makeDirectoryCommand(directory));

    expect(status).toBe(0);
    expect(statSync(directory).isDirectory()).toBe(true);
  });

  test('an init container that cannot make it says so', () => {
    writeFileSync(join(root, 'file'), '');

    const { status, said } = run(argv, makeDirectoryCommand(join(root, 'file', 'd')));

    expect(status).toBe(unwritableExitCode);
    expect(said).toContain(`gitlab-pod-executor: cannot make ${join(root, 'file', 'd')}`);
  });
});

test('holds nothing that the kubelet would expand', () => {
  const texts = [buildCommand(), helperCommand('prove'), proofCommand(), makeDirectoryCommand('/x')]
    .flat()
    .join('\n');

  expect(texts).not.toContain('$$');
  // A name in $( ) that is no variable of ours is left as it is.
  expect([...texts.matchAll(/\$\((\w+)\)/g)]).toEqual([]);
});

/** The command as it is, with the container's paths below the temporary root. */
function start(
  argv: readonly string[],
  command: readonly string[],
): { child: ChildProcess; kill: () => void } {
  const here = command.slice(1).map((text) => text.replaceAll(controlDirectory, join(root, 'control')));
  const child = spawn(argv[0] ?? '', [...argv.slice(1), ...here], { stdio: 'ignore', detached: true });
  // Outside a container nobody ends the sleep that process 1 leaves behind.
  return { child, kill: () => process.kill(-(child.pid ?? 0), 'SIGKILL') };
}

function childrenOf(pid = 0): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

async function poll<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(5);
  }
}

function findTool(name: string): string {
  for (const directory of (process.env['PATH'] ?? '').split(':')) {
    try {
      readFileSync(join(directory, name));
      return join(directory, name);
    } catch {
      // Not here; the next directory of PATH.
    }
  }
  throw new Error(`There is no ${name} on this machine`);
}
