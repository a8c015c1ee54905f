// What a job looks like from the executor's side. The facts are those of a real gitlab-runner 19.4.0 with a custom executor.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startModelGitLab } from './gitlab/start-model-gitlab.ts';
import { executor, makeRepository, makeScratch, runRecorded } from './recorder/run-recorded.ts';
import { callsOf } from './recorder/summarize.ts';
import type { JobResult } from './result.ts';
import { extractZip } from './stand-in/zip-reader.ts';

const files = { 'README.md': 'read me\n', 'src/a.txt': 'a\n' };

/** Without what differs from run to run. */
function linesOf(result: JobResult): readonly string[] {
  return result.readableTrace
    .replace(/correlation ID: \w+/, 'correlation ID: ID')
    .replace(/correlation_id=\w+/g, 'correlation_id=ID')
    .replace(/pid=\d+/g, 'pid=PID')
    .replace(/arch=\w+/g, 'arch=ARCH')
    .replace(/token=\w+/g, 'token=TOKEN')
    .replace(/Checking out \w+ /, 'Checking out SHA ')
    .replace(/Running on \S+ via/, 'Running on HOST via')
    .replace(/\/\S+\/record\//g, '/RECORD/')
    .trimEnd()
    .split('\n');
}

test('calls the executor and tells the story as GitLab Runner does', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    job: {
      name: 'ok',
      repository: makeRepository(scratch, files),
      image: 'registry.example.com/team/node:20',
      variables: [
        { key: 'GREETING', value: 'hello $CI_JOB_NAME' },
        { key: 'SECRET_TOKEN', value: 'topsecretvalue', masked: true },
        { key: 'KUBECFG', value: 'file-content\nsecond', file: true },
      ],
      before_script: ['echo before: $GREETING'],
      script: [
        'echo "secret=$SECRET_TOKEN"; cat $KUBECFG',
        'mkdir -p out && echo data > out/a.txt',
        'if true; then\n  echo multi\nfi',
      ],
      after_script: ['echo after; echo status $CI_JOB_STATUS'],
      artifacts: [{ name: 'build', paths: ['out/'], expire_in: '1 week' }],
      cache: [{ key: 'k1', paths: ['cachedir/'] }],
    },
  });

  expect(callsOf(result)).toEqual([
    'config',
    'prepare',
    'prepare_script',
    'get_sources',
    'restore_cache',
    'build_script',
    'after_script',
    'archive_cache',
    'upload_artifacts_on_success',
    'cleanup_file_variables',
    'cleanup',
  ]);
  expect(linesOf(result)).toMatchInlineSnapshot(`
    [
      "Running with gitlab-runner 19.4.0 (d79f3e7b)",
      "  on model-runner modelrunn, system ID: s_000000000000",
      "Preparing the "custom" executor",
      "Using Custom executor with driver recorder v1...",
      "recorder prepare: environment ready",
      "Preparing environment",
      "Running on HOST via recorder-host...",
      "Getting source from Git repository",
      "Gitaly correlation ID: ID",
      "Fetching changes with git depth set to 20...",
      "Initialized empty Git repository in /RECORD/builds/demo-group/demo-project/.git/",
      "Created fresh repository.",
      "Checking out SHA as detached HEAD (ref is main)...",
      "Skipping Git submodules setup",
      "Restoring cache",
      "Checking cache for k1...",
      "No URL provided, cache will not be downloaded from shared cache server. Instead a local version of cache will be extracted. ",
      "WARNING: Cache file does not exist                 ",
      "Failed to extract cache",
      "Executing "step_script" stage of the job script",
      "WARNING: Starting with version 17.0 the 'build_script' stage will be replaced with 'step_script': https://gitlab.com/groups/gitlab-org/-/epics/6112",
      "$ echo before: $GREETING",
      "before: hello ok",
      "$ echo "secret=$SECRET_TOKEN"; cat $KUBECFG",
      "secret=[MASKED]",
      "file-content",
      "second$ mkdir -p out && echo data > out/a.txt",
      "$ if true; then # collapsed multi-line command",
      "multi",
      "Running after_script",
      "Running after script...",
      "$ echo after; echo status $CI_JOB_STATUS",
      "after",
      "status success",
      "Saving cache for successful job",
      "Creating cache k1...",
      "WARNING: cachedir/: no matching files. Ensure that the artifact path is relative to the working directory (/RECORD/builds/demo-group/demo-project) ",
      "WARNING: No files to cache.                        ",
      "Created cache",
      "Uploading artifacts for successful job",
      "Uploading artifacts...",
      "out/: found 2 matching artifact files and directories ",
      "Uploading artifacts as "archive" to coordinator... 201 Created  correlation_id=ID id=1001 status_code=201 token=TOKEN",
      "Cleaning up project directory and file based variables",
      "",
      "Job succeeded",
    ]
  `);
  expect(result).toMatchObject({
    state: 'success',
    failureReason: null,
    exitCode: null,
    allowedFailure: null,
  });
  expect(result.runnerLog).toEqual(['cleanup_std=out recorder cleanup']);
});

test('what the job uploads arrives', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    job: {
      name: 'arts',
      repository: makeRepository(scratch, files),
      script: ['mkdir out; echo data > out/a.txt; echo "<junit/>" > r.xml'],
      artifacts: [
        { name: 'build-$CI_JOB_NAME', paths: ['out/'], expire_in: '1 week' },
        {
          name: 'junit.xml',
          paths: ['r.xml'],
          artifact_type: 'junit',
          artifact_format: 'gzip',
          when: 'always',
        },
      ],
    },
  });

  expect(result.artifacts).toMatchObject([
    { name: 'build-arts.zip', type: 'archive', format: 'zip', expireIn: '1 week' },
    { name: 'junit.xml.gz', type: 'junit', format: 'gzip', expireIn: null },
  ]);
  for (const { path, bytes } of result.artifacts) expect(statSync(path).size).toBe(bytes);
  expect(execFileSync('gunzip', ['-c', result.artifacts[1]!.path], { encoding: 'utf8' })).toBe('<junit/>\n');
});

test('a later job gets the artifacts and the shared cache of an earlier one', async () => {
  using scratch = makeScratch();
  const repository = makeRepository(scratch, files);
  const gitlab = await startModelGitLab({ dataDir: join(scratch.path, 'gitlab') });
  const runner = { cache: 'shared' } as const;
  const common = { repository, stages: ['build', 'test'], cache: [{ key: 'deps', paths: ['deps/'] }] };

  const first = await runRecorded(scratch, {
    gitlab,
    runner,
    job: {
      ...common,
      name: 'make',
      stage: 'build',
      script: ['mkdir out deps; echo 1 > out/a; echo 2 > deps/b'],
      artifacts: [{ paths: ['out/'] }],
    },
  });
  const second = await runRecorded(scratch, {
    gitlab,
    runner,
    job: {
      ...common,
      name: 'use',
      stage: 'test',
      variables: { GIT_STRATEGY: 'clone' },
      script: ['cat out/a deps/b'],
    },
  });
  const hashed = await runRecorded(scratch, {
    gitlab,
    runner: { ...runner, feature_flags: { FF_HASH_CACHE_KEYS: true } },
    job: {
      ...common,
      name: 'hash',
      stage: 'test',
      variables: { GIT_STRATEGY: 'clone' },
      script: ['cat deps/b'],
    },
  });
  await gitlab.close();

  expect(first.caches).toMatchObject([{ key: 'deps' }]);
  expect(first.readableTrace).toMatch(
    /Selecting primary cache URL +alternate_modified=0001-01-01 00:00:00 \+0000 UTC alternate_url=http:\S+\/[0-9a-f]{2}\/[0-9a-f]{64} /,
  );
  expect(hashed.readableTrace).toContain('Checking cache for deps...');
  expect(hashed.readableTrace).toContain('Selecting alternate cache URL: primary not available');
  expect(hashed.caches.map(({ key }) => key)).toContainEqual(
    expect.stringMatching(/^[0-9a-f]{2}\/[0-9a-f]{64}$/),
  );
  expect(callsOf(second)).toContain('download_artifacts');
  expect(second.readableTrace).toContain('Downloading artifacts for make (1001)...');
  expect(second.readableTrace).toContain('Successfully extracted cache');
  expect(second.readableTrace).toContain('$ cat out/a deps/b\n1\n2\n');
});

test('nothing is uploaded without gitlab-runner on the PATH, and the job still succeeds', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    hasHelper: false,
    job: {
      name: 'bare',
      repository: makeRepository(scratch, files),
      script: ['true'],
      artifacts: [{ paths: ['README.md'] }],
      cache: [{ key: 'k', paths: ['src/'] }],
    },
  });

  expect(result.state).toBe('success');
  expect(result.artifacts).toEqual([]);
  for (const action of ['Extracting cache', 'Creating cache', 'Uploading artifacts']) {
    expect(result.readableTrace).toContain(`Missing gitlab-runner. ${action} is disabled.`);
  }
});

test('config.toml needs only run_exec when it says where builds live', async () => {
  using scratch = makeScratch();
  const job = { name: 'least', variables: { GIT_STRATEGY: 'none' }, script: ['pwd'] };
  const directories = { builds_dir: join(scratch.path, 'b'), cache_dir: join(scratch.path, 'c') };

  const result = await runRecorded(scratch, { executor: { run: executor.run }, job, runner: directories });
  const without = await runRecorded(scratch, { executor: { run: executor.run }, job });

  expect(callsOf(result)).toEqual([
    'prepare_script',
    'get_sources',
    'build_script',
    'cleanup_file_variables',
  ]);
  expect(result.readableTrace).toContain('Using Custom executor...\n');
  expect(without).toMatchObject({ state: 'failed', failureReason: 'runner_configuration_error' });
  expect(without.readableTrace).toContain('ERROR: Job failed: the builds_dir is not configured');
});

test('pulls large files where the job has git-lfs, and leaves a line for it', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    job: { name: 'large', repository: makeRepository(scratch, files), script: ['echo hi'] },
    gitLfs: 'echo "git-lfs $*"',
  });

  const lines = linesOf(result);
  const checkedOut = lines.findIndex((line) => line.startsWith('Checking out SHA'));
  expect(lines.slice(checkedOut + 1, checkedOut + 4)).toEqual([
    'git-lfs pull',
    '',
    'Skipping Git submodules setup',
  ]);
});

test('an archive says where it comes from when RUNNER_GENERATE_ARTIFACTS_METADATA asks for it', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    job: {
      name: 'stated',
      variables: { GIT_STRATEGY: 'none', RUNNER_GENERATE_ARTIFACTS_METADATA: true },
      script: ['echo a > a'],
      artifacts: [{ name: 'out', paths: ['a'] }],
    },
  });

  expect(result.readableTrace).toMatch(
    /Generating artifacts statement\s+\n.*Unknown SLSA provenance version unknown, defaulting to v1/,
  );
  const unpacked = join(scratch.path, 'unpacked');
  mkdirSync(unpacked);
  await extractZip(readFileSync(result.artifacts[0]!.path), unpacked);
  expect(readdirSync(unpacked).sort()).toEqual(['a', 'out-metadata.json']);
});
