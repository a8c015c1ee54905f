import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scrubCommand } from '../../src/in-container/process-one.ts';
import { unclearableExitCode, unwritableExitCode } from '../../src/layout/exit-codes.ts';
import { type LocalShell, localShells, ordinaryUser, runIn } from '../stage/local-shells.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scrub-'));
  for (const directory of ['builds', 'cache']) mkdirSync(join(root, directory));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (path: string): string => join(root, path);

function write(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), `${path}\n`);
  }
}

const git = (...args: string[]): string =>
  spawnSync('git', ['-c', 'safe.directory=*', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: at('builds/group/project'),
    encoding: 'utf8',
  }).stdout;

/** What an honest job leaves. */
function leaveProject(...init: string[]): void {
  write('builds/group/project/README.md', 'builds/group/project/src/a.c');
  git('init', '-q', ...init);
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  write('builds/group/project/node_modules/a/index.js', 'cache/group/project/default/cache.zip');
}

/** @param percent that the disk is full, of bytes (`-P`) or inodes (`-Pi`) */
function scrub(shell: LocalShell, { percent = 89, option = '-P' } = {}) {
  const { uid, gid } = ordinaryUser;
  if (uid !== undefined && gid !== undefined) {
    // chown takes set-user-ID bits away, and what belongs to somebody else stays so.
    for (const path of everything(root).filter((each) => !each.includes('of-root'))) {
      const { mode } = lstatSync(path);
      lchownSync(path, uid, gid);
      if (!lstatSync(path).isSymbolicLink()) chmodSync(path, mode & 0o7777);
    }
    chownSync(root, uid, gid);
  }
  const [program = '', clear = ''] = scrubCommand('skip', 'group/project', {
    seconds: 60,
    directory: null,
  }).slice(4);
  // busybox knows df itself, and a function goes before it.
  const df = `df() { echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; if [ $1 = ${option} ]; then echo '/dev/sda 9 9 9 ${percent}% /builds'; else echo '/dev/sda 9 9 9 - /builds'; fi; }`;
  const words = ['gitlab-pod-executor', clear, at('builds'), at('cache'), 'group/project'];
  return runIn(shell, `${df}\n${program}`, { words, user: ordinaryUser, timeout: 20_000 });
}

function everything(path: string): string[] {
  if (!lstatSync(path).isDirectory()) return [path];
  return [path, ...readdirSync(path).flatMap((entry) => everything(join(path, entry)))];
}

const files = (path: string): string[] =>
  everything(at(path))
    .filter((each) => !lstatSync(each).isDirectory())
    .map((each) => each.slice(root.length + 1))
    .sort();

describe.each(localShells())('in $name', (shell) => {
  it('leaves the checkout, what is in it, and the caches', () => {
    leaveProject();
    const head = git('rev-parse', 'HEAD');
    expect(scrub(shell)).toMatchObject({ code: 0 });
    // As GitLab's scripts begin.
    git('init', '-q');
    expect(git('rev-parse', 'HEAD')).toBe(head);
    expect(git('status', '--porcelain')).toBe('?? node_modules/\n');
    expect(files('cache')).toEqual(['cache/group/project/default/cache.zip']);
  });

  it('does not mind a workspace in which nothing is yet', () => {
    expect(scrub(shell)).toMatchObject({ code: 0, stdout: '' });
    expect([...readdirSync(at('builds')), ...readdirSync(at('cache'))]).toEqual([]);
  });

  it('takes away whatever is neither checkout nor cache of this project', () => {
    leaveProject();
    write('builds/group/project.tmp/gitlab_runner_env', 'builds/group/project.tmp/CI_SERVER_TLS_CA_FILE');
    write('builds/group/other/token', 'builds/else/where', 'builds/.netrc', 'builds/..odd', 'builds/a b\nc');
    write('cache/other/project/default/cache.zip', 'cache/group/project.tmp/x', 'cache/.hidden');
    chmodSync(at('builds/else'), 0);
    expect(scrub(shell)).toMatchObject({ code: 0 });
    expect(readdirSync(at('builds'))).toEqual(['group']);
    expect(readdirSync(at('builds/group'))).toEqual(['project']);
    expect(files('cache')).toEqual(['cache/group/project/default/cache.zip']);
  });

  it('takes from a repository what runs, or leads elsewhere, and keeps its objects', () => {
    leaveProject();
    const repository = 'builds/group/project/.git';
    const objects = files(`${repository}/objects`);
    write(`${repository}/hooks/post-checkout`, `${repository}/modules/lib/hooks/post-checkout`);
    write(`${repository}/modules/lib/config`, `${repository}/info/attributes`, `${repository}/index.lock`);
    write(`${repository}/objects/info/alternates`, `${repository}/refs/heads/main.lock`);
    write(`${repository}/worktrees/x/gitdir`, `${repository}/commondir`, `${repository}/something-new`);
    writeFileSync(at(`${repository}/config`), '[core]\n\tfsmonitor = /bin/evil\n');
    write('builds/group/project/lib/.git/config', 'builds/group/project/deep/er/.git');
    expect(scrub(shell)).toMatchObject({ code: 0 });
    expect(readdirSync(at(repository)).sort()).toEqual(['HEAD', 'index', 'objects', 'refs']);
    expect(files(`${repository}/objects`)).toEqual(objects);
    expect(files('builds').filter((path) => /lock|lib\/\.git|er\/\.git/.test(path))).toEqual([]);
  });

  it('keeps a repository of sha256 readable', () => {
    leaveProject('--object-format=sha256');
    const head = git('rev-parse', 'HEAD');
    expect(scrub(shell)).toMatchObject({ code: 0 });
    expect(git('rev-parse', 'HEAD')).toBe(head);
    expect(head).toHaveLength(65);
  });

  it('takes set-user-ID bits away, and gives rights back without which git could not clean', () => {
    leaveProject();
    const project = at('builds/group/project');
    write('builds/group/project/su', 'builds/group/project/closed/in/file');
    chmodSync(join(project, 'su'), 0o6755);
    chmodSync(join(project, 'closed/in'), 0);
    chmodSync(join(project, 'closed'), 0);
    expect(scrub(shell)).toMatchObject({ code: 0 });
    expect(lstatSync(join(project, 'su')).mode & 0o7777).toBe(0o755);
    expect(lstatSync(join(project, 'closed/in')).mode & 0o700).toBe(0o700);
    expect(lstatSync(join(project, 'README.md')).mode & 0o111).toBe(0);
  });

  it.each([
    ['the project', 'builds/group/project'],
    ["the project's group", 'builds/group'],
    ['the repository', 'builds/group/project/.git'],
    ["the repository's objects", 'builds/group/project/.git/objects'],
    ['the caches', 'cache/group'],
    ['a cache', 'cache/group/project/default'],
  ])('follows no link in the place of %s', (_, place) => {
    write('outside/project/.git/hooks/kept', 'outside/hooks/kept', 'outside/other/kept');
    mkdirSync(dirname(at(place)), { recursive: true });
    symlinkSync(at('outside'), at(place));
    const before = files('outside');
    expect(scrub(shell)).toMatchObject({ code: 0 });
    expect(files('outside')).toEqual(before);
    expect(lstatSync(at(place), { throwIfNoEntry: false })?.isSymbolicLink() ?? false).toBe(false);
  });

  it.each(['-P', '-Pi'])('starts over with a volume that is full by df %s', (option) => {
    leaveProject();
    expect(scrub(shell, { percent: 90, option })).toMatchObject({ code: 0 });
    expect([...readdirSync(at('builds')), ...readdirSync(at('cache'))]).toEqual([]);
  });

  it('leaves nothing that keeps whoever opens it waiting', () => {
    leaveProject();
    const pipes = ['builds/group/project/pipe', 'cache/group/project/default/pipe'].map(at);
    spawnSync('mkfifo', pipes);
    expect(scrub(shell)).toMatchObject({ code: 0 });
    expect(pipes.filter((path) => existsSync(path))).toEqual([]);
  });

  it.each(['file', 'folder/file', 'link'])(
    'finishes although an earlier job left a %s where it tests for write access',
    (kind) => {
      for (const folder of ['builds', 'cache']) {
        if (kind === 'file') write(`${folder}/.writable`);
        else if (kind === 'link') symlinkSync('/nowhere', at(`${folder}/.writable`));
        else {
          write(`${folder}/.writable/file`);
          chmodSync(at(`${folder}/.writable`), 0);
        }
      }
      expect(scrub(shell)).toMatchObject({ code: 0 });
      expect([...readdirSync(at('builds')), ...readdirSync(at('cache'))]).toEqual([]);
    },
  );

  it('writes again where a job took the right to, if the folder is its own', () => {
    leaveProject();
    for (const folder of ['builds', 'cache']) chmodSync(at(folder), 0);
    expect(scrub(shell)).toMatchObject({ code: 0 });
    expect(readdirSync(at('builds/group/project'))).toContain('README.md');
  });

  it('leaves no file where a submodule was: git clones into none but an empty folder', () => {
    leaveProject();
    write('builds/group/project/lib/.git', 'builds/group/project/lib/a.c', 'builds/group/project/lib/-exec');
    write(
      'builds/group/project/a\nb/c *[/.git/config',
      'builds/group/project/a\nb/c *[/d',
      'builds/group/project/a\nb/kept',
    );
    expect(scrub(shell)).toMatchObject({ code: 0 });
    expect(existsSync(at('builds/group/project/lib'))).toBe(false);
    expect(readdirSync(at('builds/group/project/a\nb'))).toEqual(['kept']);
  });

  it('says of a volume that cannot be written why that may be', () => {
    rmSync(at('builds'), { recursive: true });
    write('builds');
    const { code, stderr } = scrub(shell);
    expect(code).toBe(unwritableExitCode);
    expect(stderr).toContain(
      'a volume of lasting_workspaces: its driver must give it to the group of fsGroup',
    );
  });

  it.skipIf(ordinaryUser.uid === undefined)('says what it cannot clear, and does not go on', () => {
    leaveProject();
    write('builds/of-root/file');
    const { code, stderr } = scrub(shell);
    expect(code).toBe(unclearableExitCode);
    expect(stderr).toContain(`an earlier job left ${at('builds/of-root')} in a state that cannot be cleared`);
    expect(readFileSync(at('builds/of-root/file'), 'utf8')).toContain('of-root');
  });
});
