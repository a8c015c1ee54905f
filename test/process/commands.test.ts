// What every command does before it does its work: config's one answer, --help, words that are no commands.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { parseArguments } from '../../cmd/command/parse-arguments.ts';
import { commands, loadCommands } from '../../cmd/commands.ts';
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

it('a failure of any command with --json is JSON, its parts apart', async () => {
  const asked = {
    check: ['python'],
    'help-page': ['--out', 'x'],
    'print-pod': ['/no/job', '/no/policy'],
    'import-config': ['--out', 'x', '/no/config.toml'],
    doctor: [],
    sweep: [],
  };
  const definitions = (await loadCommands()).filter((each) => 'json' in each.options);
  expect(definitions.map(({ name }) => name).sort()).toEqual(Object.keys(asked).sort());
  for (const name of Object.keys(asked) as (keyof typeof asked)[]) {
    const policy = ['print-pod', 'import-config'].includes(name) ? [] : ['--policy', '/no/policy'];
    const { exitCode, stdout, stderr } = await call(name, '--json', ...policy, ...asked[name]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    const isImport = name === 'import-config';
    const what = isImport ? 'Cannot read /no/config.toml: ' : 'Cannot read the policy /no/policy: ';
    expect(JSON.parse(stdout)).toEqual({
      failure: {
        outcome: 'system failure',
        code: isImport ? 'import' : 'policy-invalid',
        what: expect.stringContaining(what) as string,
        why: null,
        author: null,
        operator: isImport ? null : (expect.stringContaining('--policy') as string),
        transient: false,
        mistakes: [],
      },
    });
  }
});

it('a policy with mistakes is JSON with file, line and column of each', async () => {
  const policy = join(directory, 'wrong.yaml');
  writeFileSync(policy, 'cluster: { namespace: ci }\nallowed_imagse: []\ntimeouts: { ready: 0 }\n');
  const { exitCode, stdout } = await call('check', '--json', '--policy', policy, 'python');

  expect(exitCode).toBe(2);
  const { failure } = JSON.parse(stdout) as { failure: { mistakes: object[] } };
  expect(failure.mistakes).toMatchObject([
    { file: policy, line: 2, column: 1, message: expect.stringContaining('allowed_imagse') as string },
    { file: policy, line: 3, column: 20, message: expect.stringContaining('timeouts.ready') as string },
  ]);
});

it.each([
  [['check', '--json'], 'check needs the name of an image, --ci-file FILE, --lint, or --against FILE.'],
  [['sweep', '--json', '--drry-run'], expect.stringContaining('did you mean --dry-run?') as string],
  [['print-pod', '--json'], expect.stringContaining('one job, --job FILE or --sample') as string],
] as const)('wrong usage of %j is JSON too', async ([name, ...words], what) => {
  const { exitCode, stdout, stderr } = await call(name, ...words);

  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ failure: { code: 'usage', what } });
});

/** A terminal's. */
const widestHelp = 80;
const names = Object.keys(commands);

describe.concurrent('--help', () => {
  it.each(names)('--help of %s says what it is for, how it is used, and how it ends', async (name) => {
    for (const word of ['--help', '-h']) {
      const { exitCode, stdout, stderr } = await call(name, word);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^gitlab-pod-executor ${name}: .{20,}\\n`));
      expect(stdout).toMatch(/\nUsage:\s+gitlab-pod-executor /);
      expect(stdout).toMatch(/\nExit code: 0 /);
      expect(stdout.split('\n').filter((line) => line.length > widestHelp)).toEqual([]);
    }
  });

  it.each(['--help', '-h', 'help'])('help on its own (%s) names every command', async (word) => {
    const { exitCode, stdout, stderr } = await call(word);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect([...stdout.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name)).toEqual(names);
  });
});

it.each([
  ['', /^The name of the command is empty\.\n\ngitlab-pod-executor \d/],
  ['--hepl', /^There is no command "--hepl"; did you mean --help\?\n/],
  ['prepaer', /^There is no command "prepaer"; did you mean prepare\?\n\ngitlab-pod-executor \d/],
  ['fly', /^There is no command "fly"\.\n\ngitlab-pod-executor \d/],
  // Every object has one of this name.
  ['constructor', /^There is no command "constructor"\.\n/],
])('the program lists its commands when called with "%s"', async (word, says) => {
  const { exitCode, stdout, stderr } = await call(word);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(says);
  expect(stderr).toContain('Each command explains itself with --help.');
});

it('help of a command is its --help, and of no command a mistake', async () => {
  expect(await call('help', 'sweep')).toEqual(await call('sweep', '--help'));
  expect(await call('help', 'swep')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^There is no command "swep"; did you mean sweep\?\n/) as string,
  });
});

it('an option with an empty value is refused by every command', async () => {
  const definitions = (await loadCommands()).filter((each) => 'call' in each);
  const options = definitions.flatMap(({ name, options, positionals }) =>
    Object.entries(options).flatMap(([option, { value }]) =>
      value === undefined ? [] : { name, options, positionals, option, value },
    ),
  );
  expect(options.length).toBeGreaterThan(10);
  for (const { option, value, ...command } of options)
    expect(() => parseArguments(command, [`--${option}=`])).toThrow(
      `--${option} is empty; it takes ${value}.`,
    );
});

it.each(['--version', 'version'])('%s prints the version alone', async (word) => {
  expect(await call(word)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
});

it('a wrong option is answered with the one that was probably meant, and where the help is', async () => {
  expect(await call('check', '--ci-fiel', 'x')).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr:
      "check does not understand its arguments: Unknown option '--ci-fiel'; did you mean --ci-file?\n" +
      'See gitlab-pod-executor check --help.\n',
  });
});

describe('completion', () => {
  it.each([
    ['a command', 'gitlab-pod-executor do', 'doctor'],
    ['an option of the command', 'gitlab-pod-executor sweep --fin', '--finished-after'],
    ['--help of every command', 'gitlab-pod-executor prepare --he', '--help'],
  ])('completion completes %s in bash', async (_, line, completed) => {
    const script = (await call('completion', 'bash')).stdout;
    const words = line.split(' ');
    const probe = `${script}\nCOMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}\n_gitlab_pod_executor\necho "\${COMPREPLY[@]}"`;

    expect((await execa('bash', ['-c', probe])).stdout).toBe(completed);
  });

  it('completion describes every command and option for fish', async () => {
    const { stdout } = await call('completion', 'fish');

    expect(stdout).toContain(`-n __fish_use_subcommand -f -a doctor -d 'is this cluster ready for jobs?'`);
    expect(stdout).toContain(`-n '__fish_seen_subcommand_from check' -l ci-file -r -d `);
    expect(stdout).not.toMatch(/undefined/);
  });

  it('completion refuses an unknown shell, and names those that it knows', async () => {
    expect(await call('completion', 'tcsh')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('bash, zsh, fish') as string,
    });
  });
});
