import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
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
import { disarmWorkspace, helperPreamble } from '../../src/stage/helper-preamble.ts';
import { type LocalShell, localShells, ordinaryUser, runIn } from './local-shells.ts';

const shells = localShells();

let root: string;
let project: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workspace-'));
  project = join(root, 'group/project');
  for (const directory of ['.git/objects', '.git/refs', '.git/info', '.git/hooks', 'src'])
    mkdirSync(join(project, directory), { recursive: true });
  write('project/.git/HEAD', 'ref: refs/heads/main\n');
  write('project/.git/config', '[core]\n\tfsmonitor = /builds/evil\n');
  write('project/.git/config.worktree', '[core]\n\tsshCommand = evil\n');
  write('project/.git/hooks/post-checkout', '#!/bin/sh\necho evil\n');
  write('project/.git/commondir', '/builds/evil\n');
  write('project/.git/info/attributes', '* filter=evil\n');
  write('project/src/main.c', 'int main;\n');
  write('project.tmp/gitlab_runner_env', 'LD_PRELOAD=/builds/evil.so\n');
  write('project.tmp/deep/er/FILE_VARIABLE', 'secret\n');
  write('elsewhere/precious', 'precious\n');
  chownAll(root);
});
afterEach(() => {
  spawnSync('chmod', ['-R', 'u+rwx', root]);
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  const whole = join(root, 'group', path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
}

/** The job's uid is the helper's, and never root here: root would pass every mode. */
function chownAll(path: string): void {
  const { uid, gid } = ordinaryUser;
  if (uid === undefined || gid === undefined) return;
  chownSync(path, uid, gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) chownAll(join(path, entry.name));
    else if (!entry.isSymbolicLink()) chownSync(join(path, entry.name), uid, gid);
  }
}

/** `/tmp` stands for the volume's root, `/builds`: everything below it is the job's. */
function disarm(shell: LocalShell) {
  return runIn(shell, disarmWorkspace(project), { user: ordinaryUser });
}

const traps = [
  '.git/config',
  '.git/config.worktree',
  '.git/hooks',
  '.git/commondir',
  '.git/info/attributes',
].map((path) => `project/${path}`);

function left(paths: readonly string[]): string[] {
  return paths.filter((path) => lstatSync(join(root, 'group', path), { throwIfNoEntry: false }));
}

const precious = (): string => readFileSync(join(root, 'group/elsewhere/precious'), 'utf8');

/** Moves what is there aside and puts a link to it in its place: what a hostile job would do. */
function replaceByLink(path: string): void {
  const whole = join(root, path);
  spawnSync('mv', [whole, `${whole}-moved`]);
  symlinkSync(`${whole}-moved`, whole);
}

describe.each(shells)('disarmWorkspace in $name', (shell) => {
  it('takes what the helper would source or run, and leaves the files of the project', () => {
    expect(disarm(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(left([...traps, 'project.tmp'])).toEqual([]);
    expect(left(['project/.git/HEAD', 'project/.git/objects', 'project/src/main.c'])).toHaveLength(3);
  });

  it('is content with a workspace that has nothing of it', () => {
    rmSync(project, { recursive: true });
    rmSync(`${project}.tmp`, { recursive: true });
    expect(disarm(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each(['group', 'group/project'])('removes the link that the job put in place of %s', (path) => {
    replaceByLink(path);
    const { code, stdout } = disarm(shell);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `The job had replaced ${join(root, path)} by a link; the link is removed.\n`,
    });
    expect(lstatSync(join(root, path), { throwIfNoEntry: false })).toBeUndefined();
    // Behind the link everything is as it was: nobody followed it.
    expect(
      existsSync(
        join(root, path === 'group' ? 'group-moved/project/.git/hooks' : 'group/project-moved/.git/hooks'),
      ),
    ).toBe(true);
  });

  it('removes a link in place of the temporary folder, and not what it points at', () => {
    rmSync(`${project}.tmp`, { recursive: true });
    symlinkSync(join(root, 'group/elsewhere'), `${project}.tmp`);
    expect(disarm(shell).code).toBe(0);
    expect(left(['project.tmp'])).toEqual([]);
    expect(precious()).toBe('precious\n');
  });

  it.each([
    ['a link', () => symlinkSync(join(root, 'group/elsewhere'), join(project, '.git'))],
    ['a dangling link', () => symlinkSync('/nowhere', join(project, '.git'))],
    ['a file', () => write('project/.git', 'gitdir: /builds/group/elsewhere\n')],
  ])('removes a .git that is %s', (_, make) => {
    rmSync(join(project, '.git'), { recursive: true });
    make();
    expect(disarm(shell).code).toBe(0);
    expect(left(['project/.git'])).toEqual([]);
    expect(precious()).toBe('precious\n');
  });

  it.each(['objects', 'refs', 'info'])('removes a repository whose %s lead elsewhere', (name) => {
    rmSync(join(project, '.git', name), { recursive: true });
    symlinkSync(join(root, 'group/elsewhere'), join(project, '.git', name));
    expect(disarm(shell).code).toBe(0);
    expect(left(['project/.git'])).toEqual([]);
    expect(precious()).toBe('precious\n');
  });

  it.each(traps)('does not follow a link in place of %s', (path) => {
    rmSync(join(root, 'group', path), { recursive: true });
    symlinkSync(join(root, 'group/elsewhere'), join(root, 'group', path));
    expect(disarm(shell).code).toBe(0);
    expect(left([...traps, 'project.tmp'])).toEqual([]);
    expect(precious()).toBe('precious\n');
  });

  it.each([
    ['the temporary folder', ['project.tmp']],
    ['a folder in it, closed', ['project.tmp/deep/er', 'project.tmp/deep']],
    ['the folder that holds it', ['.']],
    ['the project', ['project']],
    ['.git', ['project/.git']],
    ['.git/info and hooks', ['project/.git/info', 'project/.git/hooks']],
  ])('clears it though the job made %s unwritable', (_, paths) => {
    for (const path of paths) chmodSync(join(root, 'group', path), path.includes('deep') ? 0 : 0o500);
    expect(disarm(shell)).toMatchObject({ code: 0, stdout: '' });
    expect(left([...traps, 'project.tmp'])).toEqual([]);
  });

  it('stops before the script when something cannot be cleared, and says what', () => {
    // Nobody but the owner may change a mode: a folder of another uid stands for all that the helper's uid cannot undo.
    const program = `chmod() { :; }\n${disarmWorkspace(project)}\necho reached`;
    chmodSync(`${project}.tmp`, 0o500);
    expect(runIn(shell, program, { user: ordinaryUser })).toMatchObject({
      code: 1,
      stdout: `ERROR: The job left ${project}.tmp in a state that cannot be cleared, so GitLab's own scripts do not run beside it.\n`,
    });
  });

  it('takes each name as it is, whatever characters it has', () => {
    const odd = join(root, "group/it's $(touch evil) `touch evil`");
    mkdirSync(join(odd, '.git/hooks'), { recursive: true });
    mkdirSync(`${odd}.tmp`);
    chownAll(root);
    expect(runIn(shell, disarmWorkspace(odd), { user: ordinaryUser, cwd: root })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(existsSync(`${odd}.tmp`) || existsSync(join(odd, '.git/hooks'))).toBe(false);
    expect(existsSync(join(root, 'evil'))).toBe(false);
  });
});

describe.each(shells)('helperPreamble in $name', (shell) => {
  it('puts its own tools first and drops what would load foreign code', () => {
    const { stdout } = runIn(
      shell,
      `${helperPreamble}\necho "$PATH|$HOME|\${LD_PRELOAD-unset}|\${BASH_ENV-unset}|\${ENV-unset}"`,
      {
        env: { PATH: '/evil', HOME: '/evil', BASH_ENV: '/dev/null', ENV: '/evil' },
      },
    );
    expect(stdout).toBe(
      '/.gitlab-pod-executor/bin:/evil|/.gitlab-pod-executor/home|unset|unset|unset\n',
    );
  });

  it.skipIf(spawnSync('git', ['--version']).status !== 0)(
    'keeps git from running a hook or fsmonitor of the workspace',
    () => {
      // git asks whose the repository is: this one is the test's own.
      const own = join(root, 'own');
      mkdirSync(own);
      const git = (...args: string[]) =>
        spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: own });
      git('init', '-q');
      git('commit', '-q', '--allow-empty', '-m', 'first');
      for (const evil of ['evil.sh', '.git/hooks/post-checkout'])
        writeFileSync(join(own, evil), '#!/bin/sh\ntouch ran\n', { mode: 0o755 });
      git('config', 'core.fsmonitor', './evil.sh');
      const run = (preamble: string): boolean => {
        runIn(shell, `${preamble}\ngit checkout -q -b b$$ && git status`, { cwd: own });
        return existsSync(join(own, 'ran'));
      };
      expect(run(helperPreamble)).toBe(false);
      // Without it, the same repository does run them: the test would see it.
      expect(run(':')).toBe(true);
    },
  );
});
