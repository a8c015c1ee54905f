import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryWayOutProgram } from '../../src/in-container/programs.generated.ts';
import { localShells, runIn } from '../stage/local-shells.ts';

const bin = mkdtempSync(join(tmpdir(), 'try-way-out-'));
afterAll(() => rmSync(bin, { recursive: true, force: true }));

const words = ['sh', 'gitlab.example', 'https://gitlab.example/x.git'];
const env = { PATH: `${bin}:${process.env['PATH']}` };

function install(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

describe.each(localShells())('a try of the way to GitLab in $name', (shell) => {
  beforeAll(() => install('getent', 'echo "192.0.2.7  gitlab.example"; echo "2001:db8::7  gitlab.example"'));

  it('shows each address and a few lines of git, which is asked without a terminal or a helper', () => {
    install(
      'git',
      'echo "$*" >&2; echo "prompt $GIT_TERMINAL_PROMPT" >&2; seq 9 >&2; echo "0123 refs/heads/main"; exit 128',
    );
    expect(runIn(shell, tryWayOutProgram, { words, env })).toMatchObject({
      code: 0,
      stdout: [
        'address 192.0.2.7',
        'address 2001:db8::7',
        'git -c credential.helper= -c http.sslVerify=false ls-remote https://gitlab.example/x.git',
        ...['git prompt 0', 'git 1', 'git 2', 'git 3', 'answered', ''],
      ].join('\n'),
    });
  });

  it('says that there is no git, and comes to its end without getent too', () => {
    const nothing = mkdtempSync(join(bin, 'empty-'));
    const { code, stdout } = runIn(shell, tryWayOutProgram, { words, env: { PATH: nothing } });
    expect({ code, first: stdout.split('\n')[0], last: stdout.split('\n').at(-2) }).toEqual({
      ...{ code: 0, first: 'no-git', last: 'answered' },
    });
  });
});

it("git's words about a port that nobody listens on are the ones that doctor knows", () => {
  const url = 'http://127.0.0.1:1/x.git';
  const shell = { name: 'dash', argv: ['/bin/sh'] } as const;
  const { stdout } = runIn(shell, tryWayOutProgram, { words: ['sh', '127.0.0.1', url] });
  expect(stdout).toMatch(
    /^git fatal: unable to access 'http:\/\/127\.0\.0\.1:1\/x\.git\/': Failed to connect/m,
  );
});
