// The generated scripts do what they say in the shells that job images bring.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startModelGitLab } from '../gitlab/start-model-gitlab.ts';
import { makeRepository, makeScratch, type Scratch } from '../recorder/run-recorded.ts';
import { type Build, createBuild, placeBuild } from '../runner/build.ts';
import { readRunnerConfig } from '../runner/runner-config.ts';
import { subStage } from '../runner/sub-stage.ts';
import { scriptFor } from './script-for.ts';

interface Shell {
  readonly name: string;
  readonly argv: readonly string[];
  readonly flags: Readonly<Record<string, string>>;
}

const shells: readonly Shell[] = [
  { name: 'bash', argv: ['bash'], flags: {} },
  { name: 'bash with POSIX quoting', argv: ['bash'], flags: { FF_POSIXLY_CORRECT_ESCAPES: 'true' } },
  { name: 'busybox ash', argv: ['busybox', 'ash'], flags: {} },
  { name: 'dash with POSIX quoting', argv: ['dash'], flags: { FF_POSIXLY_CORRECT_ESCAPES: 'true' } },
];
const isThere = ({ argv }: Shell) => spawnSync(argv[0]!, [...argv.slice(1), '-c', 'true']).status === 0;
const missing = shells.filter((shell) => !isThere(shell)).map(({ name }) => name);
if (missing.length > 0) console.warn(`script-for.test.ts skips ${missing.join(', ')}: not on this machine`);

const variables = (flags: Shell['flags']) => [
  ...Object.entries(flags).map(([key, value]) => ({ key, value })),
  { key: 'ODD', value: 'a "b" \'c\' $HOME `id` \\ \ttab\nline ü', raw: true },
  { key: 'CERT', value: 'one\n"two"', file: true },
];

describe.each(shells.filter(isThere))('in $name', ({ argv, flags }) => {
  test('variables arrive as they are, file variables as files', async () => {
    using scratch = makeScratch();
    await using job = await makeJob(scratch, {
      variables: variables(flags),
      script: ['printf "%s|" "$ODD"; cat "$CERT"'],
    });

    const output = await job.run('step_script', argv);

    expect(output).toContain('a "b" \'c\' $HOME `id` \\ \ttab\nline ü|one\n"two"');
  });

  test('the first failing line ends the script with its code', async () => {
    using scratch = makeScratch();
    await using job = await makeJob(scratch, {
      variables: variables(flags),
      script: ['(exit 42)', 'echo never'],
    });

    await expect(job.run('step_script', argv)).rejects.toThrow(
      expect.objectContaining({ code: 42 }) as Error,
    );
  });

  test('lines in $GITLAB_ENV are exported to later scripts', async () => {
    using scratch = makeScratch();
    await using job = await makeJob(scratch, {
      variables: variables(flags),
      script: ['echo "LATER=yes indeed" >>"$GITLAB_ENV"'],
      after_script: ['echo "got $LATER"'],
    });
    await job.run('step_script', argv);

    expect(await job.run('after_script', argv)).toContain('got yes indeed');
  });

  test('the sources come over HTTP, and the token stays out of the project', async () => {
    using scratch = makeScratch();
    const repository = makeRepository(scratch, { 'README.md': 'hello\n' });
    await using job = await makeJob(scratch, {
      repository,
      variables: variables(flags),
      script: ['cat README.md'],
    });

    const output = await job.run('get_sources', argv);

    expect(output).toContain('Created fresh repository.');
    expect(await job.run('step_script', argv)).toContain('hello\n');
    const config = readFileSync(join(job.build.projectDir, '.git/config'), 'utf8');
    expect(config).not.toContain(job.build.payload.token);
  });

  test('a second job fetches into what is there and cleans it', async () => {
    using scratch = makeScratch();
    const repository = makeRepository(scratch, { 'README.md': 'hello\n' });
    await using job = await makeJob(scratch, { repository, variables: variables(flags), script: ['ls'] });
    await job.run('get_sources', argv);
    writeFileSync(join(job.build.projectDir, 'left-over'), '');

    const output = await job.run('get_sources', argv);

    expect(output).toContain('Reinitialized existing Git repository');
    expect(output).toContain('Removing left-over');
    await job.run('cleanup_file_variables', argv);
    const files = execFileSync('find', [job.build.rootDir, '-name', 'CERT'], { encoding: 'utf8' });
    expect(files).toBe('');
  });
});

test('a script gets nothing on stdin and may itself come on stdin', async () => {
  using scratch = makeScratch();
  await using job = await makeJob(scratch, { script: ['cat; echo "end of input"', 'cat <<X\nhere\nX'] });
  const text = scriptFor(job.build, subStage('step_script'))!;

  const output = execFileSync('bash', { input: `${text}more input`, encoding: 'utf8' });

  expect(output).toContain('end of input\n');
  expect(output).toContain('here\n');
});

test('a sub-stage without anything to do has no script', async () => {
  using scratch = makeScratch();
  await using job = await makeJob(scratch, { script: ['true'] });

  for (const name of [
    'restore_cache',
    'download_artifacts',
    'after_script',
    'archive_cache',
    'upload_artifacts_on_success',
    'step_release',
  ]) {
    expect(scriptFor(job.build, subStage(name))).toBeNull();
  }
});

test('submodules are fetched with the credentials of the project', async () => {
  using scratch = makeScratch();
  const repository = makeRepository(scratch, { 'README.md': 'outer\n' });
  const git = (...words: string[]) =>
    execFileSync(
      'git',
      [
        '-C',
        repository,
        '-c',
        'protocol.file.allow=always',
        '-c',
        'user.name=D',
        '-c',
        'user.email=d@e',
        ...words,
      ],
      { stdio: 'ignore' },
    );
  git('submodule', 'add', repository, 'inner');
  // Relative, as a project on the same GitLab writes it.
  git('config', '-f', '.gitmodules', 'submodule.inner.url', '../demo-project.git');
  git('commit', '-am', 'Add a submodule');
  await using job = await makeJob(scratch, {
    repository,
    variables: [{ key: 'GIT_SUBMODULE_STRATEGY', value: 'normal' }],
    script: ['cat inner/README.md'],
  });

  expect(await job.run('get_sources', ['bash'])).toContain('Updated submodules');
  expect(await job.run('step_script', ['bash'])).toContain('outer\n');
});

interface ScriptJob extends AsyncDisposable {
  readonly build: Build;
  /** What it printed. Rejects when it fails. */
  run(name: string, argv: readonly string[]): Promise<string>;
}

async function makeJob(scratch: Scratch, definition: object): Promise<ScriptJob> {
  const gitlab = await startModelGitLab({ dataDir: join(scratch.path, 'gitlab') });
  const { payload } = gitlab.createJob({ name: 'job', ...definition });
  const build = createBuild(payload, { config: readRunnerConfig({}), gitlab });
  placeBuild(build, {
    buildsDir: join(scratch.path, 'builds'),
    cacheDir: join(scratch.path, 'cache'),
    isShared: false,
  });
  mkdirSync(build.projectDir, { recursive: true });
  return {
    build,
    async run(name, argv) {
      const file = join(scratch.path, 'script');
      writeFileSync(file, scriptFor(build, subStage(name))!);
      const env = { PATH: process.env['PATH'], HOME: scratch.path };
      // Not synchronously: the GitLab that it clones from lives in this process.
      const running = promisify(execFile)(argv[0]!, [...argv.slice(1), file], { env });
      running.child.stdin?.end();
      return (await running).stdout;
    },
    [Symbol.asyncDispose]: () => gitlab.close(),
  };
}
