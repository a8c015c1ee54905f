import { describe, expect, it } from 'vitest';
import { namespacedPath, targetOf } from '../../src/cluster/kubernetes/api-call.ts';
import * as commands from '../../src/in-container/commands.ts';
import * as processOne from '../../src/in-container/process-one.ts';
import * as programs from '../../src/in-container/programs.generated.ts';
import {
  incompleteImageExitCode,
  notReadyExitCode,
  terminatedExitCode,
  unclearableExitCode,
  unprovenExitCode,
  unwritableExitCode,
} from '../../src/layout/exit-codes.ts';
import { clearingOf, environmentOf, usedWorkspace } from '../../src/stage/run/used-workspace.ts';
import { faultStatus } from '../../src/stream/supervisor-messages.ts';
import { localShells, runIn } from '../stage/local-shells.ts';

const shell = '/usr/local/bin/sh';
/** The longest of everything: GitLab's project paths end at 255 characters, a name in Kubernetes at 63. */
const used = usedWorkspace(`/builds/${'a-group/'.repeat(20).padEnd(255, 'x')}`, 'gitlab');
const prologue = clearingOf(used, 'gitlab', Buffer.from(''));
const environment = environmentOf(shell, used);
const directory = `/.gitlab-pod-executor/scripts/run-${'x'.repeat(40)}-${'f'.repeat(16)}`;
const upload = { bytes: 10 ** 10, sha256: 'f'.repeat(64) };
const offset = 10 ** 12;

const execs: Record<string, string[]> = {
  inspectHelper: commands.inspectHelper(),
  inspectBuild: commands.inspectBuild(),
  // A URL of more is no GitLab's: DNS ends a name at 253 characters.
  tryClosedWays: commands.tryClosedWays('api', 'http://169.254.169.254/'),
  tryWayOut: commands.tryWayOut('h'.repeat(253), `https://${'h'.repeat(253)}:65535/${'p'.repeat(255)}`),
  tryNesting: commands.tryNesting('/var/lib/containers', '/.gitlab-pod-executor/home'),
  endProcessOne: commands.endProcessOne(shell),
  startScript: [...environment, ...commands.startScript(shell, { directory, offset, ...upload, prologue })],
  followScript: [...environment, ...commands.followScript(shell, { directory, offset })],
  serveScripts: commands.serveScripts(shell, { container: 'helper', inspects: true }).command,
  stopAndDrain: commands.stopAndDrain(shell, { directory, grace: 86_400, offset }),
};

describe('the request line of an exec', () => {
  // nginx (large_client_header_buffers) and HAProxy take 8 KiB; what is left is for a path before the API server's own.
  it.each(Object.entries(execs))(
    'the request line of %s is below 8,000 bytes, whatever the names',
    (_, command) => {
      const target = targetOf({
        path: namespacedPath('n'.repeat(63), 'pods', 'p'.repeat(63), 'exec'),
        query: { container: 'helper', command, stdin: 'true', stdout: 'true', stderr: 'true' },
      });
      expect(`GET ${target} HTTP/1.1\r\n`.length).toBeLessThan(8000);
    },
  );

  it('every command that is run by exec is in the table of request lines', () => {
    const others = [
      'clearWorkspace',
      'completeEnvironment',
      'helperEnvironment',
      'scriptOf',
      'scriptRequest',
      'uploadOf',
    ];
    expect(Object.keys(commands).sort()).toEqual([...Object.keys(execs), ...others].sort());
  });
});

describe('a command', () => {
  it('a command is a shell, a program, and its arguments', () => {
    expect(commands.stopAndDrain('/bin/sh', { directory, grace: 2, offset: 7 })).toEqual([
      '/bin/sh',
      '-c',
      programs.stopAndDrainProgram,
      'sh',
      directory,
      '2',
      '7',
    ]);
    expect(commands.stopAndDrain('/bin/sh', { directory, grace: 0, offset: null }).at(-1)).toBe('-');
  });

  it('a command holds a program as it is, whatever the parameters', () => {
    const words = [
      ...Object.values(execs),
      processOne.buildCommand(),
      processOne.helperCommand('prove'),
      processOne.proofCommand(),
      processOne.makeDirectoryCommand('$(evil)\n'),
    ].flat();
    const texts: string[] = Object.values(programs);
    expect(words.filter((word) => word.includes('\n') && !texts.includes(word))).toEqual(['$(evil)\n']);
  });
});

describe('an upload', () => {
  it('an upload is what runs the script, an empty line, what comes first, and the script', () => {
    const text = Buffer.from(
      commands.uploadOf(commands.scriptOf(Buffer.from('echo hello\n'), prologue)),
    ).toString();
    expect(text).toBe(`${programs.runAndRecordProgram}\n\n${programs.clearWorkspaceProgram}\necho hello\n`);
    expect(programs.runAndRecordProgram).not.toMatch(/^$/m);
  });
});

// src/in-container/run-from-stdin.sh
describe('the program that an exec reads from stdin', () => {
  const held = commands.serveScripts(shell, { container: 'helper', inspects: true });
  const [, , , , bytes] = held.command;

  it('the program is as long as its command says, whatever counts its characters', () => {
    expect(held.program.byteLength).toBe(Number(bytes));
    expect(Buffer.from(held.program).toString('latin1')).toMatch(/^[\x20-\x7e\n]*[^\n]$/);
  });

  it.each(localShells())('half of a program is none (%o)', (local) => {
    const input = Buffer.from(held.program).toString().slice(0, -1);
    const words = ['sh', `${bytes}`, 'held', '/x'];
    const { code, stdout } = runIn(local, programs.runFromStdinProgram, { words, input });
    expect([code, stdout]).toEqual([faultStatus, '']);
  });
});

/** Of our own programs; `exit 0` and `exit 1` are what everybody means by them, and the last line of an answer proves it. */
const exitCodes = [
  unprovenExitCode,
  unwritableExitCode,
  incompleteImageExitCode,
  unclearableExitCode,
  notReadyExitCode,
  terminatedExitCode,
  faultStatus,
];

it('the programs end with the codes that the other side knows, and with no others', () => {
  const codes = Object.values(programs)
    .flatMap((program) => [...program.matchAll(/\b(?:exit|refuse) (\d+)/g)])
    .map(([, code]) => Number(code))
    .filter((code) => code > 1);
  expect([...new Set(codes)].sort((a, b) => a - b)).toEqual([...exitCodes].sort((a, b) => a - b));
  const faults = [...programs.superviseProgram.matchAll(/\bexit (\d+)/g)].map(([, code]) => Number(code));
  expect(new Set(faults)).toEqual(new Set([faultStatus]));
});

describe.each(localShells())('each program in $name', (local) => {
  it.each(Object.entries(programs))('%s is one that it reads', (_, program) => {
    expect(runIn({ ...local, argv: [...local.argv, '-n'] }, program)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});

it.each(Object.entries(programs))('%s carries no comment, blank line or indentation', (_, program) => {
  expect(program).not.toMatch(/^(\s|#|$)/m);
});
