// complete-environment.sh in each shell, beside the tools of an image.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { completeEnvironment } from '../../src/in-container/commands.ts';
import { type LocalShell, localShells, ordinaryUser, runIn } from '../stage/local-shells.ts';

const uid = ordinaryUser.uid ?? process.getuid?.();
const name = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .map((line) => line.split(':'))
  .find(([, , id]) => id === String(uid))?.[0];

let root: string;
let home: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'environment-'));
  home = join(root, 'home');
  for (const directory of ['home', 'usr/bin', 'usr/etc', 'locked'])
    mkdirSync(join(root, directory), { recursive: true });
  chmodSync(root, 0o755);
  if (ordinaryUser.uid !== undefined) chownSync(home, ordinaryUser.uid, ordinaryUser.gid ?? 0);
  symlinkSync('/bin/mkdir', join(root, 'usr/bin/mkdir'));
  for (const directory of ['usr/bin', 'locked']) chmodSync(join(root, directory), 0o555);
});
afterEach(() => {
  for (const directory of ['usr/bin', 'locked']) chmodSync(join(root, directory), 0o755);
  rmSync(root, { recursive: true, force: true });
});

function addTool(tool: string): void {
  const file = join(root, 'usr/bin', tool);
  chmodSync(join(root, 'usr/bin'), 0o755);
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
  chmodSync(join(root, 'usr/bin'), 0o555);
}

/** What a script finds that begins after it, as strict as scripts get. */
function environmentIn(shell: LocalShell, given: Record<string, string> = {}): Record<string, string> {
  const { program, parameters } = completeEnvironment();
  const { code, stdout, stderr } = runIn(shell, `set -eu\n${program}\n[ $# = 0 ]\nexec /usr/bin/env`, {
    words: ['sh', ...(given['FALLBACK'] ? [given['FALLBACK']] : parameters)],
    env: { PATH: `${join(root, 'usr/bin')}:/nowhere`, HOME: home, ...given },
    user: ordinaryUser,
    cwd: '/',
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return Object.fromEntries(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe.each(localShells())('in $name', (shell) => {
  test('a script has a name for its user, and no further variable where the image has no tool for it', () => {
    const variables = environmentIn(shell);

    expect(variables['USER']).toBe(name);
    expect(variables['LOGNAME']).toBe(name);
    const ofShells = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(
      Object.keys(variables)
        .filter((key) => !ofShells.includes(key))
        .sort(),
    ).toEqual(['HOME', 'LOGNAME', 'PATH', 'USER']);
  });

  test("the places below $HOME are looked at after the image's own", () => {
    const places = environmentIn(shell)['PATH']?.split(':') ?? [];

    expect(places.slice(0, 3)).toEqual([join(root, 'usr/bin'), '/nowhere', `${home}/.local/bin`]);
    expect(places.slice(3)).toEqual(
      expect.arrayContaining(['.cargo/bin', 'go/bin', '.gem/bin'].map((place) => `${home}/${place}`)),
    );
  });

  test('tools that would install beside themselves are told a place of the user', () => {
    addTool('npm');
    addTool('gem');
    writeFileSync(join(root, 'usr/etc/npmrc'), 'registry=https://npm.example.org/\n');

    expect(environmentIn(shell)).toMatchObject({
      NPM_CONFIG_PREFIX: `${home}/.local`,
      NPM_CONFIG_GLOBALCONFIG: join(root, 'usr/etc/npmrc'),
      GEM_HOME: `${home}/.gem`,
    });
  });

  test('what the image says stays, where this user can use it', () => {
    addTool('npm');
    addTool('gem');
    const said = {
      ...{ USER: 'someone', LOGNAME: 'else', GEM_HOME: '/image/gems', NVM_DIR: '/image/nvm' },
      ...{ GOPATH: join(home, 'own/go'), CARGO_HOME: home },
    };

    const variables = environmentIn(shell, said);

    expect(variables).toMatchObject(said);
    expect(variables).not.toHaveProperty('NPM_CONFIG_PREFIX');
    expect(variables['PATH']?.split(':')).toEqual(
      expect.arrayContaining([`${home}/own/go/bin`, `${home}/bin`, '/image/gems/bin']),
    );
  });

  test('a place of the image that only root can write is replaced by one below $HOME', () => {
    const locked = join(root, 'locked');
    const variables = environmentIn(shell, { GOPATH: `${locked}/go:/more`, CARGO_HOME: locked });

    expect(variables).toMatchObject({ GOPATH: `${home}/go`, CARGO_HOME: `${home}/.cargo` });
  });

  test('a home that cannot be written is replaced by the one of the executor', () => {
    expect(environmentIn(shell, { HOME: join(root, 'locked'), FALLBACK: home })['HOME']).toBe(home);
    expect(environmentIn(shell, { HOME: '/nowhere', FALLBACK: home })['HOME']).toBe(home);
  });
});
