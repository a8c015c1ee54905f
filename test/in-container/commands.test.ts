import { describe, expect, it } from 'vitest';
import {
  countOomKills,
  endProcessOne,
  inspectBuild,
  inspectHelper,
  stopAndDrain,
} from '../../src/in-container/commands.ts';
import { localShells, runIn } from '../stage/local-shells.ts';

const directory = '/.gitlab-pod-executor/scripts/run-x';

describe('a command', () => {
  it('a command is a shell, a program, and its arguments', () => {
    expect(stopAndDrain('/bin/sh', { directory, grace: 2, offset: 7 })).toEqual([
      '/bin/sh',
      '-c',
      expect.any(String),
      'sh',
      directory,
      '2',
      '7',
    ]);
    expect(stopAndDrain('/bin/sh', { directory, grace: 0, offset: null }).at(-1)).toBe('-');
  });
});

describe.each(localShells())('each program in $name', (shell) => {
  it.each(
    Object.entries({
      countOomKills: countOomKills('sh'),
      endProcessOne: endProcessOne('sh'),
      inspectBuild: inspectBuild(),
      inspectHelper: inspectHelper(),
      stopAndDrain: stopAndDrain('sh', { directory, grace: 0, offset: 0 }),
    }),
  )('%s is one that it reads', (_, [, , program = '']) => {
    expect(runIn({ ...shell, argv: [...shell.argv, '-n'] }, program)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
