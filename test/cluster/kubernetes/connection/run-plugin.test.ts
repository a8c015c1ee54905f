import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPlugin } from '../../../../src/cluster/kubernetes/connection/run-plugin.ts';
import { temporaryDirectory, undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

function program(script: string, mode = 0o755): string {
  const file = join(temporaryDirectory(undo), 'plugin');
  writeFileSync(file, script);
  chmodSync(file, mode);
  return file;
}

const run = (path: string, installHint = '') =>
  runPlugin({ program: path, args: [], cwd: '/', env: { PATH: '/usr/bin:/bin' }, installHint });

describe('runPlugin', () => {
  it('gives what the program printed', async () => {
    expect(await run(program('#!/bin/sh\necho hello'))).toEqual({ kind: 'ended', stdout: 'hello' });
  });

  it.each<[string, () => string, string]>([
    [
      'not executable',
      () => program('#!/bin/sh\n', 0o644),
      "it may not be executed (EACCES): make it executable for the runner's user (chmod), on a file system without `noexec`",
    ],
    [
      'a directory',
      () => {
        const directory = join(temporaryDirectory(undo), 'plugin');
        mkdirSync(directory);
        return directory;
      },
      'it is a directory (EACCES)',
    ],
    [
      'not there',
      () => '/nowhere/plugin',
      'there is no such program, or none of the name in its `#!` line. Ask us',
    ],
    [
      'a script of a shell that is not there',
      () => program('#!/nowhere/sh\n'),
      'there is no such program, or none of the name in its `#!` line. Ask us',
    ],
    ['beyond a file', () => join(program('x'), 'plugin'), 'it cannot be started (ENOTDIR)'],
    [
      'a failure',
      () => program('#!/bin/sh\nprintf "no \\033[31msession\\nlog in\\n" >&2; exit 3'),
      'exit code 3: no ?[31msession log in',
    ],
    ['a silent failure', () => program('#!/bin/sh\nexit 3'), 'exit code 3'],
    ['ended by a signal', () => program('#!/bin/sh\nkill -9 $$'), 'it was ended by SIGKILL'],
    ['without end', () => program('#!/bin/sh\nyes s3cret'), 'it printed more than 1048576 bytes'],
  ])('says in words when it is %s', async (_, path, why) => {
    expect(await run(path(), 'Ask us')).toEqual({ kind: 'failed', why });
  });

  it('shows the end of a long complaint', async () => {
    const end = await run(program('#!/bin/sh\nyes complaint | head -c 100000 >&2; echo why >&2; exit 1'));

    expect(end).toMatchObject({ kind: 'failed', why: expect.stringMatching(/^exit code 1: .{0,500}why$/) });
  });
});
