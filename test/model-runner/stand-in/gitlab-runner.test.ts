// The stand-in as the generated scripts call it.
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startModelGitLab } from '../gitlab/start-model-gitlab.ts';
import { makeScratch, type Scratch } from '../recorder/run-recorded.ts';
import { runnerVersion } from '../runner/version.ts';
import { bundleStandIn } from './bundle-stand-in.ts';

const folder = import.meta.dirname;

interface Run {
  readonly code: number;
  readonly log: string;
}

async function run(
  scratch: Scratch,
  words: readonly string[],
  program = join(folder, 'gitlab-runner'),
): Promise<Run & { out: string }> {
  const env = { PATH: process.env['PATH'], STAND_IN_NODE: process.execPath, NAME: 'named' };
  const options = { cwd: join(scratch.path, 'project'), env };
  const end = await promisify(execFile)(program, words, options).then(
    (ok) => ({ ...ok, code: 0 }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  const log = end.stderr.replace(/\u001b\[[0-9;]*m/g, '').replace(/ +$/gm, '');
  return { code: end.code, out: end.stdout, log };
}

function makeProject(files: Readonly<Record<string, string>>): Scratch {
  const scratch = makeScratch();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(scratch.path, 'project', name, '..'), { recursive: true });
    writeFileSync(join(scratch.path, 'project', name), content);
  }
  return scratch;
}

test('says its version without starting Node', async () => {
  using scratch = makeProject({ a: '' });

  const { code, out } = await run(scratch, ['--version']);

  expect(code).toBe(0);
  expect(out).toContain(`Version:      ${runnerVersion.version}\nGit revision: ${runnerVersion.revision}\n`);
});

test('a bundle needs nothing else in a folder of its own, and through a link', async () => {
  using scratch = makeProject({ a: 'data' });
  const helper = join(scratch.path, 'gitlab-runner-helper');
  const cache = ['--file', '../c/cache.zip'];
  symlinkSync(bundleStandIn(join(scratch.path, 'stand-in')), helper);

  const version = await run(scratch, ['--version'], helper);
  const saved = await run(scratch, ['cache-archiver', ...cache, '--path', 'a'], helper);
  writeFileSync(join(scratch.path, 'project/a'), 'changed');
  const restored = await run(scratch, ['cache-extractor', ...cache], helper);

  expect([version.code, saved.code, restored.code]).toEqual([0, 0, 0]);
  expect(version.out).toContain(runnerVersion.version);
  expect(saved.log).not.toContain('Warning');
  expect(readFileSync(join(scratch.path, 'project/a'), 'utf8')).toBe('data');
});

test('what a bundle is made of, others may read, whatever the umask', () => {
  using scratch = makeProject({});
  const before = process.umask(0o077);
  const modes = (() => {
    try {
      const folder = dirname(bundleStandIn(join(scratch.path, 'stand-in')));
      return Object.fromEntries(
        ['', ...readdirSync(folder)].map((name) => [name, statSync(join(folder, name)).mode & 0o777]),
      );
    } finally {
      process.umask(before);
    }
  })();

  expect(modes).toEqual({ '': 0o755, 'gitlab-runner': 0o755, 'main.mjs': 0o644, 'version.txt': 0o644 });
});

test('keeps a cache and brings it back', async () => {
  using scratch = makeProject({ 'deps/a': 'one', 'deps/.b': 'two' });
  const words = ['--file', '../cache/k/cache.zip', '--timeout', '10'];

  const saved = await run(scratch, ['cache-archiver', ...words, '--path', 'deps/']);
  mkdirSync(join(scratch.path, 'project/deps'), { recursive: true });
  writeFileSync(join(scratch.path, 'project/deps/a'), 'changed');
  const restored = await run(scratch, ['cache-extractor', ...words]);

  expect(saved.log).toContain('deps/: found 3 matching artifact files and directories\n');
  expect(saved.log).toContain('Cache will be stored only locally.\n');
  expect(restored.code).toBe(0);
  expect(readFileSync(join(scratch.path, 'project/deps/a'), 'utf8')).toBe('one');
});

test('a cache that is not there is a warning and exit code 1', async () => {
  using scratch = makeProject({ a: '' });

  const { code, log } = await run(scratch, ['cache-extractor', '--file', '../none.zip']);

  expect(code).toBe(1);
  expect(log).toContain('WARNING: Cache file does not exist\n');
  expect(log).not.toContain('FATAL');
});

test('files outside the project are not taken, and nothing found is a warning', async () => {
  using scratch = makeProject({ a: '' });
  writeFileSync(join(scratch.path, 'secret'), 'x');

  const { code, log } = await run(scratch, [
    'cache-archiver',
    '--file',
    '../c.zip',
    '--path',
    '../secret',
    '--path',
    'no*',
  ]);

  expect(code).toBe(0);
  expect(log).toContain(
    'WARNING: processPath: artifact path is not a subpath of project directory: ../secret\n',
  );
  expect(log).toContain('WARNING: No files to cache.\n');
  expect(existsSync(join(scratch.path, 'c.zip'))).toBe(false);
});

test('links are taken as links and not followed', async () => {
  using scratch = makeProject({ 'a/b': '' });
  symlinkSync('../a', join(scratch.path, 'project/a/loop'));

  const { log } = await run(scratch, ['cache-archiver', '--file', '../c.zip', '--path', 'a/']);

  expect(log).toContain('a/: found 3 matching artifact files and directories\n');
});

test('uploads what is asked for and downloads it again', async () => {
  using scratch = makeProject({ 'out/a.txt': 'data', 'out/b.log': 'no', report: '<x/>' });
  const gitlab = await startModelGitLab({ dataDir: join(scratch.path, 'gitlab') });
  const job = gitlab.createJob({ name: 'job' });
  const who = ['--url', gitlab.url, '--token', job.payload.token, '--id', String(job.payload.id)];

  const up = await run(scratch, [
    'artifacts-uploader',
    ...who,
    '--path',
    'out/',
    '--exclude',
    'out/*.log',
    '--name',
    '$NAME',
    '--artifact-format',
    'zip',
    '--artifact-type',
    'archive',
    '--expire-in',
    '1 week',
  ]);
  const raw = await run(scratch, [
    'artifacts-uploader',
    ...who,
    '--path',
    'report',
    '--name',
    'r',
    '--artifact-format',
    'raw',
    '--artifact-type',
    'x',
  ]);
  writeFileSync(join(scratch.path, 'project/out/a.txt'), 'changed');
  const down = await run(scratch, ['artifacts-downloader', ...who]);
  await gitlab.close();

  expect([up.code, raw.code, down.code]).toEqual([0, 0, 0]);
  expect(up.log).toContain('out/*.log: excluded 1 files\n');
  expect(up.log).toMatch(
    /Uploading artifacts as "archive" to coordinator\.\.\. 201 Created {2}correlation_id=\w{16} id=1001 status_code=201 token=64_\w{6}\n/,
  );
  expect(down.log).toMatch(
    /Downloading artifacts from coordinator\.\.\. ok +correlation_id=\w{16} id=1001 status_code=200/,
  );
  expect(job.artifacts).toMatchObject([
    { name: 'named.zip', type: 'archive', expireIn: '1 week' },
    { name: 'r', type: 'x', format: 'raw', bytes: 4 },
  ]);
  expect(readFileSync(join(scratch.path, 'project/out/a.txt'), 'utf8')).toBe('data');
});

test.each([
  { title: 'a wrong token', token: 'glcbt-wrong', words: 'FATAL: permission denied' },
  { title: 'no token', token: '', words: 'FATAL: Missing runner credentials' },
])('$title fails the upload', async ({ token, words }) => {
  using scratch = makeProject({ a: '' });
  const gitlab = await startModelGitLab({ dataDir: join(scratch.path, 'gitlab') });
  gitlab.createJob({ name: 'job' });

  const { code, log } = await run(scratch, [
    'artifacts-uploader',
    '--url',
    gitlab.url,
    '--token',
    token,
    '--id',
    '1001',
    '--path',
    'a',
  ]);
  await gitlab.close();

  expect(code).toBe(1);
  expect(log).toContain(words);
});

test('no files to upload is no failure', async () => {
  using scratch = makeProject({ a: '' });

  const { code, log } = await run(scratch, [
    'artifacts-uploader',
    '--url',
    'http://localhost',
    '--token',
    't',
    '--id',
    '1',
    '--path',
    'none',
  ]);

  expect(code).toBe(0);
  expect(log).toContain('ERROR: No files to upload\n');
});

test('knows no other command', async () => {
  using scratch = makeProject({ a: '' });

  expect(await run(scratch, ['run'])).toMatchObject({ code: 2 });
});
