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
import { clearWorkspace } from '../../../src/in-container/commands.ts';
import {
  clearingOf,
  environmentOf,
  moveTemporaryFiles,
  resetsSubmodules,
  type UsedWorkspace,
  usedWorkspace,
} from '../../../src/stage/run/used-workspace.ts';
import { type LocalShell, localShells, ordinaryUser, runIn } from '../local-shells.ts';

const shells = localShells();

let root: string;
let project: string;
let used: UsedWorkspace;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workspace-'));
  project = join(root, 'group/project');
  used = { builds: root, cache: join(root, 'cache'), path: 'group/project', repository: null };
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

/** `around`: what the program stands in. */
function clear(
  shell: LocalShell,
  forgetSubmodules = false,
  { around = (text: string) => text, where = used, cwd = '/' } = {},
) {
  const { program, parameters } = clearWorkspace({ ...where, forgetSubmodules });
  return runIn(shell, around(program), { words: ['sh', ...parameters], user: ordinaryUser, cwd });
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

describe.each(shells)('clear-workspace in $name', (shell) => {
  it('takes what the helper would source or run, and leaves the files of the project', () => {
    expect(clear(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(left([...traps, 'project.tmp'])).toEqual([]);
    expect(left(['project/.git/HEAD', 'project/.git/objects', 'project/src/main.c'])).toHaveLength(3);
  });

  it('accepts a workspace that has nothing of it', () => {
    rmSync(project, { recursive: true });
    rmSync(`${project}.tmp`, { recursive: true });
    expect(clear(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each(['group', 'group/project'])('removes the link that the job put in place of %s', (path) => {
    replaceByLink(path);
    const { code, stdout } = clear(shell);
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
    expect(clear(shell).code).toBe(0);
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
    expect(clear(shell).code).toBe(0);
    expect(left(['project/.git'])).toEqual([]);
    expect(precious()).toBe('precious\n');
  });

  it.each(['objects', 'refs', 'info'])('removes a repository whose %s lead elsewhere', (name) => {
    rmSync(join(project, '.git', name), { recursive: true });
    symlinkSync(join(root, 'group/elsewhere'), join(project, '.git', name));
    expect(clear(shell).code).toBe(0);
    expect(left(['project/.git'])).toEqual([]);
    expect(precious()).toBe('precious\n');
  });

  it.each(traps)('does not follow a link in place of %s', (path) => {
    rmSync(join(root, 'group', path), { recursive: true });
    symlinkSync(join(root, 'group/elsewhere'), join(root, 'group', path));
    expect(clear(shell).code).toBe(0);
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
    expect(clear(shell)).toMatchObject({ code: 0, stdout: '' });
    expect(left([...traps, 'project.tmp'])).toEqual([]);
  });

  it('stops before the script when something cannot be cleared, and says what', () => {
    // Nobody but the owner may change a mode: a folder of another uid stands for all that the helper's uid cannot undo.
    const around = (program: string): string => `chmod() { :; }\n${program}\necho reached`;
    chmodSync(`${project}.tmp`, 0o500);
    expect(clear(shell, false, { around })).toMatchObject({
      code: 1,
      stdout: `ERROR: The job left ${project}.tmp in a state that cannot be cleared, so GitLab's scripts do not run: what is left there could mislead them.\n`,
    });
  });

  it('takes each name as it is, whatever characters it has', () => {
    const path = "group/it's $(touch evil) `touch evil`";
    const odd = join(root, path);
    mkdirSync(join(odd, '.git/hooks'), { recursive: true });
    mkdirSync(`${odd}.tmp`);
    chownAll(root);
    expect(clear(shell, false, { where: { ...used, path }, cwd: root })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(existsSync(`${odd}.tmp`) || existsSync(join(odd, '.git/hooks'))).toBe(false);
    expect(existsSync(join(root, 'evil'))).toBe(false);
  });

  it.each([
    ['sha256 objects', '\tobjectformat = sha256\n', '\tobjectformat = sha256\n'],
    ['reference tables', '\trefStorage = reftable\n', '\trefstorage = reftable\n'],
    [
      'both',
      '\trefstorage = reftable\n\tobjectFormat = sha256\n',
      '\tobjectformat = sha256\n\trefstorage = reftable\n',
    ],
  ])('keeps of a configuration that its repository has %s, and nothing else', (_, extensions, kept) => {
    write(
      'project/.git/config',
      `[core]\n\tfsmonitor = /builds/evil\n\tworktree = /builds/evil\n[extensions]\n${extensions}\tworktreeConfig = true\n[include]\n\tpath = /builds/evil\n`,
    );
    expect(clear(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
    const config = readFileSync(join(project, '.git/config'), 'utf8');
    expect(config).toBe(`[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n${kept}`);
    // The next sub-stage finds it so, and leaves it so.
    expect(clear(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(project, '.git/config'), 'utf8')).toBe(config);
  });

  it.each([
    ['other words', '[extensions]\n\tobjectformat = sha256 ; $(touch evil)\n\tpartialclone = sha256\n'],
    ['the words far behind', `#${' '.repeat(70_000)}\n[extensions]\n\tobjectformat = sha256\n`],
  ])('keeps nothing of a configuration with %s', (_, config) => {
    write('project/.git/config', config);
    expect(clear(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(left(traps)).toEqual([]);
  });

  it('reads no configuration through a link or from a pipe, and waits for none', () => {
    for (const make of [
      (path: string) => symlinkSync(join(root, 'group/elsewhere/sha256'), path),
      (path: string) => runIn(shell, `mkfifo '${path}'`),
    ]) {
      write('elsewhere/sha256', '[extensions]\n\tobjectformat = sha256\n');
      rmSync(join(project, '.git/config'), { force: true });
      make(join(project, '.git/config'));
      expect(clear(shell).code).toBe(0);
      expect(left(['project/.git/config'])).toEqual([]);
    }
  });

  it.skipIf(spawnSync('git', ['--version']).status !== 0)(
    'leaves a sha256 repository that git can read',
    () => {
      rmSync(join(project, '.git'), { recursive: true });
      const git = (...args: string[]) =>
        spawnSync('git', ['-c', 'safe.directory=*', ...args], { cwd: project, encoding: 'utf8' });
      git('init', '-q', '--object-format=sha256');
      git('add', 'src');
      write('project/new.txt', 'untracked\n');
      chownAll(root);
      expect(clear(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(git('ls-files', '--others')).toMatchObject({ status: 0, stdout: 'new.txt\n' });
      // Without its words git misreads the index, and takes every file for an untracked one: the test would see it.
      rmSync(join(project, '.git/config'));
      expect(git('ls-files', '--others').stdout).toContain('src/main.c');
    },
  );

  it("leaves no link for GitLab's cache archives to be written through, and the archives", () => {
    const key = join(root, 'cache/group/project/default');
    mkdirSync(key, { recursive: true });
    writeFileSync(join(key, 'cache.zip'), 'archive');
    symlinkSync(join(root, 'group/elsewhere/precious'), join(key, 'metadata.json'));
    symlinkSync(join(root, 'group/elsewhere'), join(root, 'cache/group/project/other'));
    chownAll(root);
    chmodSync(key, 0o500);
    expect(clear(shell)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readdirSync(key)).toEqual(['cache.zip']);
    expect(readdirSync(dirname(key))).toEqual(['default']);
    expect(precious()).toBe('precious\n');
  });

  it.each(['cache/group', 'cache/group/project'])(
    'removes the link that the job put in place of %s',
    (path) => {
      mkdirSync(join(root, 'cache/group/project'), { recursive: true });
      chownAll(root);
      replaceByLink(path);
      expect(clear(shell)).toMatchObject({ code: 0, stdout: expect.stringContaining(join(root, path)) });
      expect(lstatSync(join(root, path), { throwIfNoEntry: false })).toBeUndefined();
    },
  );

  it('leaves no submodule where a script would reset them, and the files in it', () => {
    for (const place of ['lib/.git/hooks', 'closed/deep/.git'])
      mkdirSync(join(project, place), { recursive: true });
    write('project/file/.git', 'gitdir: ../.git/modules/file\n');
    write('project/lib/main.c', 'int main;\n');
    chownAll(root);
    chmodSync(join(project, 'closed'), 0);
    expect(clear(shell, true)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(left(['project/lib/.git', 'project/file/.git', 'project/closed/deep/.git'])).toEqual([]);
    expect(left(['project/.git/HEAD', 'project/lib/main.c', 'project/closed/deep'])).toHaveLength(3);
  });
});

describe.each(shells)("the environment of GitLab's scripts in $name", (shell) => {
  /** Runs a program in it, by with-helper-environment.sh, as the supervisor is run; null: without it. */
  function inEnvironment(
    given: UsedWorkspace | null | 'none',
    program: string,
    options: { cwd?: string; env?: NodeJS.ProcessEnv; home?: string } = {},
  ) {
    const command = [...shell.argv, '-c', program];
    if (given === 'none') return runIn(shell, program, options);
    const [text = '', ...words] = environmentOf('sh', given)
      .slice(2)
      .map((word) => (word === '/.gitlab-pod-executor/home' ? (options.home ?? word) : word));
    return runIn(shell, text, { ...options, words: [...words, ...command] });
  }

  it('puts its own tools first and drops what would load foreign code', () => {
    const { stdout } = inEnvironment(
      null,
      'echo "$PATH|$HOME|${LD_PRELOAD-unset}|${BASH_ENV-unset}|${ENV-unset}"',
      {
        env: { PATH: '/evil', HOME: '/evil', BASH_ENV: '/dev/null', ENV: '/evil' },
      },
    );
    expect(stdout).toBe('/.gitlab-pod-executor/bin:/evil|/.gitlab-pod-executor/home|unset|unset|unset\n');
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
      const run = (given: null | 'none'): boolean => {
        inEnvironment(given, 'git checkout -q -b b$$ && git status', { cwd: own });
        return existsSync(join(own, 'ran'));
      };
      expect(run(null)).toBe(false);
      // Without it, the same repository does run them: the test would see it.
      expect(run('none')).toBe(true);
    },
  );

  describe.skipIf(spawnSync('git', ['--version']).status !== 0)('after user code', () => {
    const evil =
      '[core]\n\trepositoryformatversion = 0\n\tbare = false\n[credential]\n\thelper = "!touch ran;:"\n[evil]\n\tseen = true\n';
    const ask =
      'printf "protocol=https\\nhost=gitlab.example.org\\n\\n" | git credential reject; git config evil.seen';
    /** The control volume is not here: where it would lead, the job's project is left all the same. */
    const run = (given: UsedWorkspace | null, cwd: string, first = ':') => {
      const home = join(root, 'home');
      mkdirSync(home);
      return inEnvironment(given, `${first}\n${ask}`, { cwd, home });
    };

    it('asks no credential helper of a repository where the scripts begin', () => {
      const workspace = join(root, 'group');
      spawnSync('git', ['init', '-q', workspace]);
      writeFileSync(join(workspace, '.git/config'), evil);
      expect(run(used, workspace)).toMatchObject({ stdout: '' });
      expect(existsSync(join(workspace, 'ran'))).toBe(false);
      rmSync(join(root, 'home'), { recursive: true });
      // Before user code there is nothing to keep away: what the test plants is effective.
      expect(run(null, workspace)).toMatchObject({ stdout: 'true\n' });
      expect(existsSync(join(workspace, 'ran'))).toBe(true);
    });

    it.each([
      ['above the project', (): string => join(root, 'group/.git')],
      ['that the project itself is made to look like', (): string => project],
    ])('finds no repository %s', (_, place) => {
      rmSync(join(project, '.git'), { recursive: true });
      for (const directory of ['objects', 'refs']) mkdirSync(join(place(), directory), { recursive: true });
      writeFileSync(join(place(), 'HEAD'), 'ref: refs/heads/main\n');
      writeFileSync(join(place(), 'config'), evil);
      const inProject = `cd '${project}'`;
      expect(run(used, root, inProject)).toMatchObject({ stdout: '' });
      rmSync(join(root, 'home'), { recursive: true });
      expect(run(null, root, inProject)).toMatchObject({ stdout: 'true\n' });
    });
  });
});

describe('moveTemporaryFiles', () => {
  const move = (script: string, path = 'group/project'): string =>
    Buffer.from(
      moveTemporaryFiles(Buffer.from(script), usedWorkspace(`/builds/${path}`, 'gitlab')),
    ).toString();

  it.each([
    [
      'touch "/builds/group/project.tmp/gitlab_runner_env"',
      'touch "/.gitlab-pod-executor/tmp/gitlab_runner_env"',
    ],
    [
      'eval $\'mkdir -p "/builds/group/project.tmp"\\ncd\'',
      'eval $\'mkdir -p "/.gitlab-pod-executor/tmp"\\ncd\'',
    ],
    ['mkdir -p \\"/builds/group/project.tmp\\"\\n', 'mkdir -p \\"/.gitlab-pod-executor/tmp\\"\\n'],
    ['export A=/builds/group/project.tmp/A B', 'export A=/.gitlab-pod-executor/tmp/A B'],
  ])('leads %j into the control volume', (script, moved) => {
    expect(move(script)).toBe(moved);
  });

  it.each([
    'cd "/builds/group/project"',
    'cat /builds/group/project.tmpl /builds/group/project.tmp.txt /builds/group/project.tmp-2',
    'cat /builds/group/projectXtmp/a',
  ])('leaves %j alone', (script) => {
    expect(move(script)).toBe(script);
  });

  it('takes each name as it is, and every byte', () => {
    expect(move('rm "/builds/a.b/c+(d).tmp/x" "/builds/aXb/c+(d).tmp/x"', 'a.b/c+(d)')).toBe(
      'rm "/.gitlab-pod-executor/tmp/x" "/builds/aXb/c+(d).tmp/x"',
    );
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(Buffer.from(moveTemporaryFiles(bytes, used)).equals(bytes)).toBe(true);
  });
});

describe('what is cleared', () => {
  it('clearingOf gives the places, and a repository of ours where the project is only asked', () => {
    const parametersOf = (role: 'gitlab' | 'last', script: string): readonly string[] =>
      clearingOf(usedWorkspace('/builds/group/project', role), role, Buffer.from(script)).parameters;
    const places = ['/builds', '/cache', 'group/project'];
    expect(parametersOf('gitlab', 'git "submodule"')).toEqual([...places, '/.gitlab-pod-executor/git', '']);
    expect(parametersOf('last', 'rm -f x')).toEqual([...places, '', '']);
    expect(parametersOf('last', 'git "submodule"')).toEqual([...places, '', 'forget']);
  });
});

describe('resetsSubmodules', () => {
  it.each([
    ['last', 'eval $\'git "submodule" "foreach" ...\'', true],
    ['last', 'rm -f x', false],
    ['gitlab', 'git "submodule"', false],
  ] as const)('says whether the %s sub-stage with %j resets submodules', (role, script, expected) => {
    expect(resetsSubmodules(role, Buffer.from(script))).toBe(expected);
  });
});
