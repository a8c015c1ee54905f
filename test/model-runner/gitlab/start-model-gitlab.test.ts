import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeRepository, makeScratch, type Scratch } from '../recorder/run-recorded.ts';
import { presignUrl } from './presigned-url.ts';
import { type ModelGitLab, startModelGitLab } from './start-model-gitlab.ts';

async function start(scratch: Scratch): Promise<ModelGitLab & AsyncDisposable> {
  const gitlab = await startModelGitLab({ dataDir: join(scratch.path, 'gitlab') });
  return { ...gitlab, [Symbol.asyncDispose]: () => gitlab.close() };
}

const clone = (url: string, to: string) =>
  promisify(execFile)('git', ['-c', 'credential.helper=', 'clone', '--quiet', url, to], {
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
  });

test('the repository is served to who has the token of a job, and to nobody else', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const repository = makeRepository(scratch, { 'README.md': 'x' });
  const { repo_url: url } = gitlab.createJob({ name: 'job', repository }).payload.git_info;

  await clone(url, join(scratch.path, 'with'));

  const without = new URL(url);
  without.username = without.password = '';
  await expect(clone(without.href, join(scratch.path, 'without'))).rejects.toThrow('could not read Username');
  const wrong = new URL(url);
  wrong.password = 'glcbt-wrong';
  await expect(clone(wrong.href, join(scratch.path, 'wrong'))).rejects.toThrow('Authentication failed');
});

test('nobody can push to the repository', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const repository = makeRepository(scratch, { 'README.md': 'x' });
  const { repo_url: url } = gitlab.createJob({ name: 'job', repository }).payload.git_info;

  await expect(promisify(execFile)('git', ['-C', repository, 'push', url, 'main:other'])).rejects.toThrow();
});

test('git-lfs can download what the repository has, with the token of a job, and upload nothing', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const repository = makeRepository(scratch, { 'README.md': 'x' });
  const oid = 'ab'.repeat(32);
  mkdirSync(join(repository, '.git/lfs/objects/ab/ab'), { recursive: true });
  writeFileSync(join(repository, '.git/lfs/objects/ab/ab', oid), 'large');
  const { payload } = gitlab.createJob({ name: 'job', repository, project: 'group/project' });
  const ask = (operation: string, token: string) =>
    fetch(`${gitlab.url}/group/project.git/info/lfs/objects/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`gitlab-ci-token:${token}`).toString('base64')}` },
      body: JSON.stringify({
        operation,
        objects: [
          { oid, size: 5 },
          { oid: 'f'.repeat(64), size: 1 },
        ],
      }),
    });

  const { objects } = (await (await ask('download', payload.token)).json()) as LfsAnswer;
  const { href, header } = objects[0]!.actions!.download;

  expect(await (await fetch(href, { headers: header })).text()).toBe('large');
  expect((await fetch(href)).status).toBe(401);
  expect(objects[1]).toMatchObject({ error: { code: 404 } });
  expect((await ask('upload', payload.token)).status).toBe(403);
  expect((await ask('download', 'wrong')).status).toBe(401);
});

interface LfsAnswer {
  readonly objects: readonly {
    readonly actions?: {
      readonly download: { readonly href: string; readonly header: Record<string, string> };
    };
  }[];
}

test('caches need a signature, and their names cannot lead out of their project', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const put = async (path: string, key = gitlab.s3Key) => {
    const url = presignUrl(new URL(`${gitlab.url}${path}`), { method: 'PUT', key, lifetimeSeconds: 60 });
    return (await fetch(url, { method: 'PUT', body: 'x' })).status;
  };

  expect(await put('/cache/project/42/key', { ...gitlab.s3Key, secretAccessKey: 'guessed' })).toBe(403);
  expect(await put('/cache/project/42/key')).toBe(200);
  expect(await put('/cache/project/42/..%2f..%2fevil')).toBe(200);
  expect(
    gitlab
      .caches(42)
      .map(({ key }) => key)
      .sort(),
  ).toEqual(['..%2f..%2fevil', 'key']);
  expect(gitlab.caches(7)).toEqual([]);
});

test('artifacts are for the job itself, and what is not there is not found', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const { token } = gitlab.createJob({ name: 'job' }).payload;
  const status = async (path: string, init: RequestInit) =>
    (await fetch(`${gitlab.url}${path}`, init)).status;
  const headers = { 'JOB-TOKEN': token };

  expect(await status('/api/v4/jobs/1001/artifacts', {})).toBe(403);
  expect(await status('/api/v4/jobs/1001/artifacts', { headers })).toBe(404);
  expect(await status('/api/v4/jobs/1002/artifacts', { headers })).toBe(404);
  expect(await status('/api/v4/jobs/1001/artifacts/authorize', { method: 'POST', headers })).toBe(200);
  expect(await status('/api/v4/jobs/1001/artifacts', { method: 'POST', headers, body: 'no form' })).toBe(400);
  expect(await status('/', {})).toBe(404);
});

test('a job of a tag or without a repository is described as such', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const repository = makeRepository(scratch, { 'README.md': 'x' });
  await promisify(execFile)('git', ['-C', repository, 'tag', 'v1']);

  expect(gitlab.createJob({ name: 'tagged', repository, ref: 'v1' }).payload.git_info).toMatchObject({
    ref: 'v1',
    ref_type: 'tag',
    refspecs: ['+refs/tags/v1:refs/tags/v1'],
  });
  expect(gitlab.createJob({ name: 'bare' }).payload.git_info).toMatchObject({
    ref: 'main',
    sha: '0'.repeat(40),
  });
});

test('a runner is given a waiting job once, sends its log in parts that follow on each other, and reports its end', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const job = gitlab.queueJob({ name: 'job', id: 7 });
  const { token } = job.payload;
  const ask = (method: string, path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${gitlab.url}/api/v4/jobs/${path}`, { method, body, headers });
  const send = (from: number, text: string, by = token) =>
    ask('PATCH', '7/trace', text, { 'job-token': by, 'content-range': `${from}-${from + text.length - 1}` });

  expect(await (await ask('POST', 'request', '{}')).json()).toMatchObject({ id: 7, token });
  expect((await ask('POST', 'request', '{}')).status).toBe(204);

  expect((await send(0, 'one ')).status).toBe(202);
  const gap = await send(9, 'three');
  expect([gap.status, gap.headers.get('range')]).toEqual([416, '0-4']);
  expect((await send(4, 'two', 'glcbt-wrong')).status).toBe(403);
  job.end('canceling');
  expect((await send(4, 'two')).headers.get('job-status')).toBe('canceling');
  expect(job.trace()).toBe('one two');

  const end = { state: 'failed', failure_reason: 'script_failure', exit_code: 3 };
  expect((await ask('PUT', '7', JSON.stringify({ ...end, token: 'glcbt-wrong' }))).status).toBe(403);
  expect(job.final).toBeNull();
  await ask('PUT', '7', JSON.stringify({ ...end, token }));
  expect(job.final).toEqual({ state: 'failed', failureReason: 'script_failure', exitCode: 3 });
  expect(job.status).toBe('canceled');
});

test('a directory beside its own that is named like one, and goes, takes no cache along', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const urlFor = (method: string) =>
    presignUrl(new URL(`${gitlab.url}/cache/project/1/deps`), {
      method,
      key: gitlab.s3Key,
      lifetimeSeconds: 60,
    });
  await fetch(urlFor('PUT'), { method: 'PUT', body: 'archive' });

  for (const name of ['cache', 'artifacts']) {
    mkdirSync(join(scratch.path, 'gitlab', name), { recursive: true });
    rmSync(join(scratch.path, 'gitlab', name), { recursive: true });
  }

  expect(await (await fetch(urlFor('GET'))).text()).toBe('archive');
});

test('shows the pages that are there, and nothing beside them', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  mkdirSync(join(scratch.path, 'gitlab/pages/images'), { recursive: true });
  writeFileSync(join(scratch.path, 'gitlab/pages/images/index.html'), '<p>');
  writeFileSync(join(scratch.path, 'gitlab/secret'), 'x');

  const page = await fetch(`${gitlab.url}/pages/images/`);
  expect(page.headers.get('content-type')).toMatch('text/html');
  expect(await page.text()).toBe('<p>');
  expect((await fetch(`${gitlab.url}/pages/..%2fsecret`)).status).toBe(404);
  expect((await fetch(`${gitlab.url}/pages/images`)).status).toBe(404);
});

test('variables are filled in through several steps, but for raw ones, files and what only the runner knows', async () => {
  using scratch = makeScratch();
  await using gitlab = await start(scratch);
  const variables = [
    { key: 'IMAGE', value: '$HOST/${NAME}:$TAG' },
    { key: 'NAME', value: 'app-$CI_JOB_NAME' },
    { key: 'TAG', value: '$RAW-$FILE-$CI_PROJECT_DIR' },
    { key: 'HOST', value: '$HOST' },
    { key: 'RAW', value: '$NAME', raw: true },
    { key: 'FILE', value: '$NAME', file: true },
  ];
  const { payload } = gitlab.createJob({ name: 'job', variables });

  expect(payload.variables.find(({ key }) => key === 'IMAGE')?.value).toBe(
    '$HOST/app-job:$RAW-$FILE-$CI_PROJECT_DIR',
  );
});
