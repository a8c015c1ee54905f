import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearWorkspace } from '../../src/in-container/commands.ts';
import { environmentOf, type UsedWorkspace } from '../../src/stage/run/used-workspace.ts';
import { type LocalShell, localShells, ordinaryUser, runIn } from '../stage/local-shells.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;
if (!hasGit) console.warn('SKIPPED: what git finds in the helper is not tried; there is no git');

let root: string;
let project: string;
let used: UsedWorkspace & { readonly repository: string };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'repository-'));
  project = join(root, 'builds/group/project');
  used = {
    builds: join(root, 'builds'),
    cache: join(root, 'cache'),
    path: 'group/project',
    repository: join(root, 'control/git'),
  };
  for (const directory of [project, join(root, 'control/home')]) mkdirSync(directory, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const git = (...args: string[]): string =>
  spawnSync('git', ['-c', 'safe.directory=*', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: project,
    encoding: 'utf8',
  }).stdout;

function write(path: string, text = `${path}\n`): void {
  const file = join(project, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A commit, and beside it what is not tracked. */
function makeProject(...init: string[]): void {
  git('init', '-q', ...init);
  for (const path of ['README.md', 'src/a.c', 'src/b.c']) write(path);
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  for (const path of ['new.txt', 'src/new.c', 'out/deep/er.o', 'with space', 'line\nbreak', '.ignored'])
    write(path);
  write('.gitignore', '.ignored\nout/\n');
}

function give(path: string): void {
  const { uid, gid } = ordinaryUser;
  if (uid !== undefined && gid !== undefined) {
    spawnSync('chown', ['-Rh', `${uid}:${gid}`, path]);
    chownSync(root, uid, gid);
  }
}

/** As GitLab's archiver asks, in the helper. `meanwhile`: what happens after everything was cleared. */
function ask(shell: LocalShell, { meanwhile = '', question = 'git ls-files -o -z' } = {}) {
  give(root);
  const { program, parameters } = clearWorkspace({ ...used, forgetSubmodules: false });
  const [enter = '', ...environment] = environmentOf('sh', used)
    .slice(2)
    .map((word) => word.replace('/.gitlab-pod-executor', join(root, 'control')));
  const { code, stdout, stderr } = runIn(
    shell,
    `enter=$1 question=$2; shift 2; (\n${program}\n) || exit\n${meanwhile}\nshift 5; exec ${shell.argv.join(' ')} -c "$enter" "$@" -c "$question"`,
    {
      words: ['sh', enter, `cd '${project}'\n${question}`, ...parameters, ...environment, ...shell.argv],
      user: ordinaryUser,
      timeout: 20_000,
    },
  );
  return { code, stderr, files: stdout.split('\0').filter(Boolean).sort() };
}

const untracked = (): string[] => git('ls-files', '-o', '-z').split('\0').filter(Boolean).sort();

describe.skipIf(!hasGit).each(localShells())('git in the helper, in $name', (shell) => {
  it.each([[[]], [['--object-format=sha256']]])('lists what git itself does not track (init %j)', (init) => {
    makeProject(...init);
    const expected = untracked();
    expect(expected).toContain('src/new.c');
    expect(ask(shell)).toEqual({ code: 0, stderr: '', files: expected });
  });

  it.each(['--split-index', '--untracked-cache', '--index-version=4', '--skip-worktree src/a.c'])(
    'reads the index of `git update-index %s`',
    (option) => {
      makeProject();
      git('update-index', ...option.split(' '));
      const expected = untracked();
      expect(ask(shell)).toEqual({ code: 0, stderr: '', files: expected });
    },
  );

  it('takes a submodule for what it is', () => {
    makeProject();
    git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', `${project}/.git`, 'lib');
    write('lib/new.c');
    const expected = untracked();
    expect(ask(shell)).toEqual({ code: 0, stderr: '', files: expected });
  });

  it('finds no repository where there is none', () => {
    write('new.txt');
    expect(ask(shell)).toMatchObject({
      code: 128,
      stderr: expect.stringContaining('not a git repository'),
      files: [],
    });
  });

  const fifo = (path: string): void => void spawnSync('mkfifo', [path]);
  const places = ['HEAD', 'config', 'packed-refs', 'info/exclude', 'commondir', 'shallow'];
  it.each([
    ['a pipe', fifo],
    ['a directory', (path: string): void => mkdirSync(path)],
    ['a link to a device', (path: string): void => symlinkSync('/dev/zero', path)],
    [
      'a file without an end',
      (path: string): void => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      },
    ],
  ])('opens nothing else of the project: not %s', (_, make) => {
    makeProject();
    const expected = untracked();
    for (const place of places) {
      rmSync(join(project, '.git', place), { recursive: true, force: true });
      make(join(project, '.git', place));
    }
    expect(ask(shell)).toEqual({ code: 0, stderr: '', files: expected });
  });

  it.each([
    ['a pipe', fifo],
    ['a link to a device', (path: string): void => symlinkSync('/dev/zero', path)],
  ])('waits for no index that is %s', (_, make) => {
    makeProject();
    rmSync(join(project, '.git/index'));
    make(join(project, '.git/index'));
    // As without an index: nothing is tracked.
    expect(ask(shell).files).toContain('README.md');
  });

  it('runs nothing of what a service puts into the repository while it works', () => {
    makeProject();
    const expected = untracked();
    const evil = join(root, 'evil');
    const meanwhile = [
      `printf '#!/bin/sh\\ntouch ${root}/ran\\n' >'${evil}'; chmod +x '${evil}'`,
      `mkdir -p '${project}/.git/hooks'; cp '${evil}' '${project}/.git/hooks/post-index-change'`,
      `printf '[core]\\n\\tfsmonitor = ${evil}\\n\\tsshCommand = ${evil}\\n\\tworktree = /\\n[evil]\\n\\tseen = true\\n' >'${project}/.git/config'`,
    ].join('\n');
    expect(ask(shell, { meanwhile })).toEqual({ code: 0, stderr: '', files: expected });
    expect(ask(shell, { meanwhile, question: 'git config evil.seen' })).toMatchObject({ code: 1, files: [] });
    expect(spawnSync('ls', [join(root, 'ran')]).status).not.toBe(0);
    // In the project itself the words are heard: the test would see it.
    expect(git('config', 'evil.seen')).toBe('true\n');
  });

  it('starts fresh for each script', () => {
    makeProject();
    ask(shell);
    git('add', 'new.txt');
    expect(ask(shell).files).not.toContain('new.txt');
  });
});

describe.each(localShells())('where the script works in the project itself, in $name', (shell) => {
  it('takes pipes and sockets of the project, and links of its repository', () => {
    for (const path of ['src/a.c', '.git/HEAD', '.git/refs/heads/main']) write(path);
    for (const pipe of ['pipe', 'src/.gitignore', '.git/index']) spawnSync('mkfifo', [join(project, pipe)]);
    for (const link of ['link', '.git/packed-refs']) symlinkSync('/dev/zero', join(project, link));
    const { program, parameters } = clearWorkspace({ ...used, repository: null, forgetSubmodules: false });
    give(root);
    expect(runIn(shell, program, { words: ['sh', ...parameters], user: ordinaryUser })).toMatchObject({
      code: 0,
      stdout: '',
    });
    const left = spawnSync('find', ['.', '!', '-type', 'd'], { cwd: project, encoding: 'utf8' });
    expect(left.stdout.split('\n').filter(Boolean).sort()).toEqual(
      ['./.git/HEAD', './.git/refs/heads/main', './link', './src/a.c'].sort(),
    );
  });
});
