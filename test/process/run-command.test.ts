// How a command for people ends when something is thrown through it.
import { afterEach, expect, it, vi } from 'vitest';
import { defineCommand } from '../../cmd/command/define-command.ts';
import { runCommand } from '../../cmd/command/run-command.ts';
import { Rejection } from '../../src/admission/rejection.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** @returns what it wrote to stderr */
async function endOf(error: Error): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const command = defineCommand({
    name: 'test',
    audience: ['operators'],
    summary: 'throw.',
    usage: ['test'],
    about: [],
    positionals: [],
    options: {},
    exitCodes: '2',
    run: () => Promise.reject(error),
  });
  await runCommand('test', command, []);
  return written.join('');
}

it('a rejection that no command expected is a failure with words, and no bug of ours', async () => {
  expect(await endOf(new Rejection([{ kind: 'no-image' }], 1))).toBe(
    'This runner does not allow what the job asks for.\n',
  );
  expect(process.exitCode).toBe(2);
});

it('anything else that no command expected is a bug, with its stack', async () => {
  expect(await endOf(new TypeError('x is not a function'))).toMatch(
    /this is a bug in it.*\nTypeError: x is not a function\n\s+at /,
  );
  expect(process.exitCode).toBe(2);
});
