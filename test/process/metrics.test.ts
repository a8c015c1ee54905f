// Metrics as a scraper reads them: what is counted, who may read, and what is refused.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMetricsAddress } from '../../cmd/resident/metrics/metrics-address.ts';
import { startMetricsServer } from '../../cmd/resident/metrics/metrics-server.ts';
import { observeStage } from '../../cmd/resident/metrics/observe-stage.ts';
import { openPrometheus, type Prometheus } from '../../cmd/resident/metrics/prometheus.ts';
import { Rejection } from '../../src/admission/rejection.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import { executable } from '../cluster/cluster-under-test.ts';
import { startStage } from './stage-call.ts';

let folder: string;
let path: string;
let ends: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-'));
  path = join(folder, 'metrics.sock');
});
afterEach(() => {
  for (const end of ends) end();
  ends = [];
  rmSync(folder, { recursive: true, force: true });
});

async function serveAt(address: string, prometheus: Prometheus = openPrometheus()): Promise<void> {
  ends.push(await startMetricsServer(readMetricsAddress(address), prometheus));
}

interface Asked {
  readonly url?: string;
  readonly method?: string;
}

function ask({ url = '/metrics', method = 'GET' }: Asked = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: path, path: url, method }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end();
  });
}

/** Ours alone. */
const linesOf = (text: string): string[] =>
  text.split('\n').filter((line) => line.startsWith('gitlab_pod_executor_') && !line.includes('_bucket'));

const aPod = {
  kind: 'pod-ready',
  pod: 'job-1-x',
  node: 'node-7',
  uid: '1000',
  uidMap: '0 1 2',
  workspace: null,
} as const;

const io = (output: (bytes: Uint8Array) => Promise<void> = async () => undefined) =>
  ({ output }) as unknown as StageIo;

describe('metrics', () => {
  it('metrics count stages, failures, rejections, pods and bytes, and name no image', async () => {
    const prometheus = openPrometheus();
    const { observe } = prometheus;
    const run = (stage: (io: StageIo) => Promise<void>, name = 'run') =>
      observeStage(stage, name, observe)(io());
    await run(async ({ output }) => output(Buffer.from('12345')));
    await run(async ({ observe: see }) => see?.({ ...aPod, seconds: 1.5 }), 'prepare');
    await run(async ({ observe: see }) => see?.({ kind: 'reconnected' }));
    const verdict = {
      image: 'strangers/secret-project',
      canonical: null,
      kind: 'image' as const,
      allowed: false,
      pattern: null,
      reason: { code: 'no-match' as const, text: '' },
      suggestion: null,
      nearest: { pattern: 'registry.example.org/**', because: null, example: null, isNamed: false },
    };
    const failures = [
      new Rejection([{ kind: 'name', key: 'image', verdict }, { kind: 'no-image' }], 1),
      new SystemFailure('quota', { what: '' }),
      new TypeError('x'),
    ];
    for (const failure of failures)
      await expect(run(() => Promise.reject(failure), 'prepare')).rejects.toBe(failure);
    void run(() => new Promise(() => undefined));
    const text = await prometheus.text();
    expect(linesOf(text)).toEqual([
      'gitlab_pod_executor_running_stages{stage="run"} 1',
      'gitlab_pod_executor_running_stages{stage="prepare"} 0',
      'gitlab_pod_executor_stages_total{stage="run",outcome="success",code=""} 2',
      'gitlab_pod_executor_stages_total{stage="prepare",outcome="success",code=""} 1',
      'gitlab_pod_executor_stages_total{stage="prepare",outcome="build-failure",code="rejected"} 1',
      'gitlab_pod_executor_stages_total{stage="prepare",outcome="system-failure",code="quota"} 1',
      'gitlab_pod_executor_stages_total{stage="prepare",outcome="system-failure",code="unexpected"} 1',
      'gitlab_pod_executor_rejections_total{reason="no-match",pattern="registry.example.org/**"} 1',
      'gitlab_pod_executor_rejections_total{reason="no-image",pattern=""} 1',
      'gitlab_pod_executor_pod_ready_seconds_sum 1.5',
      'gitlab_pod_executor_pod_ready_seconds_count 1',
      'gitlab_pod_executor_reconnects_total 1',
      'gitlab_pod_executor_log_bytes_total 5',
    ]);
    expect(text).toContain('\nprocess_resident_memory_bytes ');
    expect(text).toContain('\nnodejs_eventloop_lag_seconds ');
    expect(text).not.toContain('strangers');
  });

  it('metrics are for the user alone, and for those who ask for nothing else', async () => {
    await serveAt(`unix:${path}`);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect(await ask()).toMatchObject({ status: 200 });
    expect(await ask({ url: '/' })).toMatchObject({ status: 404 });
    expect(await ask({ method: 'POST' })).toMatchObject({ status: 405 });
  });

  it("a killed resident's socket is replaced; what somebody uses, or is something else, is not", async () => {
    const stale = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen('${path}', () => console.log('up'))`,
    ]);
    await new Promise((resolve) => stale.stdout.once('data', resolve));
    await expect(serveAt(`unix:${path}`)).rejects.toThrow('another process listens there');
    const ended = new Promise((resolve) => stale.once('exit', resolve));
    stale.kill('SIGKILL');
    await ended;
    await serveAt(`unix:${path}`);
    expect(await ask()).toMatchObject({ status: 200 });
    writeFileSync(join(folder, 'file'), '');
    await expect(serveAt(`unix:${join(folder, 'file')}`)).rejects.toThrow('there is something else');
  });

  it('a port that is taken is refused in words', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { readonly port: number };
    await expect(serveAt(`127.0.0.1:${port}`)).rejects.toThrow(`Cannot serve metrics at 127.0.0.1:${port}:`);
    other.close();
  });

  it.each(['127.0.0.1:9270', '[::1]:9270', '127.1.2.3:1', 'unix:/run/a.sock'])(
    '%s is an address for metrics',
    (text) => {
      expect(() => readMetricsAddress(text)).not.toThrow();
    },
  );

  it.each([
    ...[
      '0.0.0.0:9270',
      '10.0.0.1:9270',
      'localhost:9270',
      '[::]:9270',
      ':9270',
      '9270',
      '127.0.0.1',
      '127.0.0.256:1',
    ],
    ...['127.0.0.1:65536', 'unix:', 'unix:relative.sock', `unix:/${'x'.repeat(107)}`, ''],
  ])('%s is refused as an address for metrics', (text) => {
    expect(() => readMetricsAddress(text)).toThrow('serve cannot read --metrics');
  });

  it('a resident counts the stage that a launcher handed over, also from a mount namespace of its own', async () => {
    // As its unit runs it.
    const wrapper = spawnSync('unshare', ['--mount', 'true']).status === 0 ? ['unshare', '--mount'] : [];
    const [file, ...words] = [...wrapper, executable, 'serve', '--metrics', `unix:${path}`];
    const env = { PATH: process.env['PATH'], GITLAB_POD_EXECUTOR_RESIDENT: folder };
    const resident: ChildProcess = spawn(file, words, { env });
    ends.push(() => void resident.kill('SIGKILL'));
    await new Promise<void>((resolve) =>
      resident.stderr?.on('data', (chunk: Buffer) => chunk.includes('Serving in') && resolve()),
    );
    const job = { TMPDIR: folder, JOB_RESPONSE_FILE: join(folder, 'job.json') };
    writeFileSync(job.JOB_RESPONSE_FILE, '{}');
    const argv = [executable, 'prepare', '--policy', join(folder, 'nowhere.yaml')];
    expect((await startStage({ argv, cwd: folder, env: { ...env, ...job } }).end).exitCode).toBe(2);
    const { text } = await ask();
    expect(text).toContain(
      'gitlab_pod_executor_stages_total{stage="prepare",outcome="system-failure",code="policy-invalid"} 1',
    );
  });
});
