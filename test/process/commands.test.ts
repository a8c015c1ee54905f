// What every command does before it does its work: config's one answer, --help, words that are no commands.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newAttempt } from './attempt.ts';

const directory = mkdtempSync(join(tmpdir(), 'commands-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const call = (...words: readonly [string, ...string[]]) => newAttempt({ directory }).call(...words);

it('config prints exactly one JSON object, whatever its surroundings lack', async () => {
  const attempt = newAttempt({
    directory,
    env: { TMPDIR: undefined, JOB_RESPONSE_FILE: undefined, GITLAB_POD_EXECUTOR_POLICY: '/no/such/policy' },
  });
  const { exitCode, stdout, stderr } = await attempt.call('config');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(stdout)).toEqual({
    builds_dir: '/builds',
    cache_dir: '/cache',
    builds_dir_is_shared: false,
    driver: { name: 'gitlab-pod-executor', version: expect.stringMatching(/^v\d+\.\d+\.\d+$/) as string },
    shell: 'bash',
    job_env: {},
  });
});

/** A terminal's. */
const widestHelp = 80;
const names = ['config', 'prepare', 'run', 'cleanup', 'check', 'help-page', 'print-pod', 'sweep', 'doctor'];

describe.concurrent('--help', () => {
  it.each(names)('of %s says what it is for, how it is used, and how it ends', async (name) => {
    for (const word of ['--help', '-h']) {
      const { exitCode, stdout, stderr } = await call(name, word);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^gitlab-pod-executor ${name}: .{20,}\\n`));
      expect(stdout).toMatch(/\nUsage:\s+gitlab-pod-executor /);
      expect(stdout).toMatch(/\nExit code: 0 /);
      expect(stdout.split('\n').filter((line) => line.length > widestHelp)).toEqual([]);
    }
  });

  it.each(['--help', '-h', 'help'])('on its own (%s) names every command', async (word) => {
    const { exitCode, stdout, stderr } = await call(word);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect([...stdout.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name)).toEqual(names);
  });
});

it.each([
  ['', /^gitlab-pod-executor \d/],
  ['prepaer', /^There is no command "prepaer"\.\n\ngitlab-pod-executor \d/],
])('says what there is when called with "%s"', async (word, says) => {
  const { exitCode, stdout, stderr } = await call(word);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(says);
  expect(stderr).toContain('Each command explains itself with --help.');
});

it.each(['--version', 'version'])('%s is the version alone', async (word) => {
  expect(await call(word)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
});
