// The cluster that a suite runs on: the one that KUBECONFIG names (npm run test:cluster), else the embedded one.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { TestRunner } from 'vitest';
import { parse, stringify } from 'yaml';
import { reasonToSkip, whyNoSandbox } from '../embedded-cluster/client/why-no-sandbox.ts';
import type { ClusterOptions } from '../embedded-cluster/options.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from '../embedded-cluster/start-embedded-cluster.ts';
import { createServerIdentity } from '../embedded-cluster/tls/certificate.ts';
import type { JobDefinition } from '../model-runner/gitlab/job-definition.ts';
import { type ModelGitLab, startModelGitLab } from '../model-runner/gitlab/start-model-gitlab.ts';
import type { RunJobOptions, RunnerSettings } from '../model-runner/options.ts';
import type { JobResult } from '../model-runner/result.ts';
import { runJob } from '../model-runner/run-job.ts';
import { type PipelineResult, type RunPipelineOptions, runPipeline } from '../model-runner/run-pipeline.ts';
import { kubectl } from './kubectl.ts';

export interface ClusterUnderTest {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly buildImage: string;
  readonly helperImage: string;
  readonly busyboxImage: string;
  /** Where this machine's servers must listen for pods to reach them. */
  readonly listen: string;
  readonly directory: string;
  /** As pods reach it. */
  readonly gitlabUrl: string;
  /** Only the embedded cluster breaks on demand. */
  readonly embedded: EmbeddedCluster | null;
  /** What this suite's jobs have left in the cluster, by `kubectl get -o name`; others' jobs may run beside them. */
  readonly leftovers: () => string;
  /** A job through the four real executables. */
  run(
    job: Omit<JobDefinition, 'name'> & { readonly name?: string },
    options?: RunOptions,
  ): Promise<JobResult>;
  /** The jobs of a repository's `.gitlab-ci.yml`, each through the four real executables. */
  runPipeline(
    pipeline: Omit<RunPipelineOptions, 'executor' | 'tempDir' | 'gitlab' | 'runner' | 'env'>,
    options?: RunOptions,
  ): Promise<PipelineResult>;
  stop(): Promise<void>;
}

export interface SuiteOptions extends ClusterOptions {
  /** GitLab speaks HTTPS, with a certificate of an authority that nobody knows. */
  readonly isGitLabSecure?: boolean;
}

export interface RunOptions {
  /** Laid over the suite's policy, key by key. */
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly runner?: RunnerSettings;
  readonly on?: RunJobOptions['on'];
  readonly onTrace?: RunJobOptions['onTrace'];
  readonly kubeconfig?: string;
  /** For the runner's temp directories; default: a fresh one. */
  readonly directory?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How the executor is called, instead of `executable`: a package that is installed in a root of its own. */
  readonly program?: readonly string[];
}

/** Another build than dist/ by TEST_EXECUTABLE. */
export const executable = resolve(
  process.env['TEST_EXECUTABLE'] ?? join(import.meta.dirname, '../../dist/gitlab-pod-executor'),
);
export const isReal = process.env['KUBECONFIG'] !== undefined && process.env['KUBECONFIG'] !== '';

/** A real cluster's pods reach this machine at an address that only its owner knows; null: they need not, or can. */
const whyNoGitLab =
  isReal && !process.env['TEST_LISTEN']
    ? 'pods have no address of this machine to clone from and upload to: set TEST_LISTEN'
    : null;
if (whyNoGitLab) console.warn(`SKIPPED: each test with a repository or artifacts; ${whyNoGitLab}`);

/** null: the suite can run. Otherwise why not; under REQUIRE_SANDBOX (scripts/test) that is an error instead of a skip. */
export async function whyNoCluster(): Promise<string | null> {
  if (!existsSync(executable)) throw new Error('dist/ is not built: npm run build');
  return isReal ? null : reasonToSkip(await whyNoSandbox());
}

/** @param options of the embedded cluster; a real one is as it is, but for its GitLab */
export async function startClusterUnderTest({
  isGitLabSecure = false,
  ...options
}: SuiteOptions = {}): Promise<ClusterUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'cluster-suite-'));
  return isReal
    ? realCluster(directory, { isGitLabSecure })
    : embeddedCluster(directory, { ...options, isGitLabSecure });
}

async function realCluster(
  directory: string,
  { isGitLabSecure }: { readonly isGitLabSecure: boolean },
): Promise<ClusterUnderTest> {
  const env = (name: string, fallback: string): string => process.env[name] ?? fallback;
  const place = {
    kubeconfig: resolve(env('KUBECONFIG', '')),
    namespace: env('TEST_NAMESPACE', 'ci'),
    buildImage: env('TEST_BUILD_IMAGE', 'docker.io/library/debian:bookworm'),
    helperImage: env(
      'TEST_HELPER_IMAGE',
      'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v19.4.0',
    ),
    busyboxImage: env('TEST_BUSYBOX_IMAGE', 'docker.io/library/busybox:stable'),
    listen: env('TEST_LISTEN', '127.0.0.1'),
    directory,
    embedded: null,
  };
  return underTest(place, { port: 0, isGitLabSecure });
}

async function embeddedCluster(
  directory: string,
  { isGitLabSecure, ...options }: ClusterOptions & { readonly isGitLabSecure: boolean },
): Promise<ClusterUnderTest> {
  const gitlabPort = await freePort();
  const reachable = [...(options.reachable ?? []), { hostPort: gitlabPort }];
  const embedded = await startEmbeddedCluster({ ...options, reachable });
  return underTest(
    {
      kubeconfig: embedded.kubeconfigFile,
      namespace: embedded.namespace,
      buildImage: embedded.buildImage,
      helperImage: embedded.helperImage,
      busyboxImage: embedded.busyboxImage ?? embedded.buildImage,
      listen: '127.0.0.1',
      directory,
      embedded,
    },
    { port: gitlabPort, isGitLabSecure },
  );
}

type Place = Omit<ClusterUnderTest, 'gitlabUrl' | 'run' | 'runPipeline' | 'stop' | 'leftovers'>;

/** One GitLab for all jobs of a suite: pods reach a single port of this machine. */
async function underTest(
  place: Place,
  { port, isGitLabSecure }: { readonly port: number; readonly isGitLabSecure: boolean },
): Promise<ClusterUnderTest> {
  const address = place.listen;
  const identity = isGitLabSecure ? createServerIdentity(new Date(), 'gitlab', address) : undefined;
  const gitlab = await startModelGitLab({
    ...{ dataDir: place.directory, address, port },
    ...(identity && { identity }),
  });
  const ids: number[] = [];
  return {
    ...place,
    gitlabUrl: gitlab.url,
    run: async (job, options) => {
      if (whyNoGitLab && (job.repository || job.artifacts?.length))
        TestRunner.getCurrentTest()?.context.skip(whyNoGitLab);
      const id = job.id ?? nextJobId++;
      ids.push(id);
      return runOn(place, gitlab, { ...job, id }, options);
    },
    runPipeline: (pipeline, options) => {
      if (whyNoGitLab) TestRunner.getCurrentTest()?.context.skip(whyNoGitLab);
      return runPipeline({ ...pipeline, ...throughTheExecutor(place, gitlab, options) });
    },
    leftovers: () =>
      kubectl(
        place,
        'get',
        'pods,secrets',
        '-l',
        `gitlab-pod-executor/job-id in (${ids.join()})`,
        '-o',
        'name',
      ).trim(),
    stop: async () => {
      await gitlab.close();
      await place.embedded?.stop();
      rmSync(place.directory, { recursive: true, force: true });
    },
  };
}

async function runOn(
  place: Place,
  gitlab: ModelGitLab,
  job: Partial<JobDefinition>,
  options: RunOptions = {},
): Promise<JobResult> {
  return runJob({
    ...throughTheExecutor(place, gitlab, options),
    job: {
      name: 'test',
      image: place.buildImage,
      variables: { GIT_STRATEGY: 'none' },
      ...job,
    },
    ...(options.on ? { on: options.on } : {}),
    ...(options.onTrace ? { onTrace: options.onTrace } : {}),
  });
}

function throughTheExecutor(place: Place, gitlab: ModelGitLab, options: RunOptions = {}) {
  const directory = options.directory ?? mkdtempSync(join(place.directory, 'job-'));
  const stage = (name: string): string[] => [...(options.program ?? [executable]), name];
  return {
    executor: {
      config: stage('config'),
      prepare: stage('prepare'),
      run: stage('run'),
      cleanup: stage('cleanup'),
    },
    runner: { pauses: quickPauses, ...options.runner },
    tempDir: directory,
    gitlab,
    env: {
      ...process.env,
      KUBECONFIG: '',
      GITLAB_POD_EXECUTOR_POLICY: writePolicy(place, directory, options),
      ...options.env,
    },
  };
}

/** The runner's waits are not what we test. */
const quickPauses = { preparationRetryMs: 50, stageRetryMs: 50, traceUpdateMs: 100, traceForceSendMs: 500 };

/** Ids are unique per instance, and a real cluster may hold pods of an earlier run of this suite. */
let nextJobId = Math.floor(Date.now() / 1000) * 1000;

export function writePolicy(place: Place, directory: string, options: RunOptions = {}): string {
  const file = join(directory, 'policy.yaml');
  const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '2', memory: '512Mi' } };
  const policy = {
    cluster: { namespace: place.namespace, kubeconfig: options.kubeconfig ?? place.kubeconfig },
    helper_image: place.helperImage,
    default_image: place.buildImage,
    pull_policy: 'if-not-present',
    timeouts: { ready: '60s', reconnect: '30s', stop_grace: '3s' },
    resources: { build: resources, helper: resources, service: resources, init: resources },
    ...options.policy,
  };
  writeFileSync(file, stringify(policy));
  return file;
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Ends the test that calls it, aloud, where nobody enforces memory limits. */
export function skipWithoutMemoryLimits({ embedded }: Pick<ClusterUnderTest, 'embedded'>): void {
  const why = embedded?.sandbox.whyNoMemoryLimits ?? null;
  if (why === null) return;
  console.warn(`SKIPPED: memory limits are not enforced here: ${why}`);
  TestRunner.getCurrentTest()?.context.skip(why);
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; 'tls-server-name'?: string } }[];
}

const pathKeys = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Paths in a kubeconfig count from its own directory, and the copy lies in another. */
function readMovable(kubeconfig: string): Kubeconfig {
  const isPath = (key: unknown, value: string): boolean =>
    pathKeys.includes(String(key)) || (key === 'command' && value.includes('/'));
  return parse(readFileSync(kubeconfig, 'utf8'), (key: unknown, value: unknown) =>
    typeof value === 'string' && isPath(key, value) ? resolve(dirname(kubeconfig), value) : value,
  ) as Kubeconfig;
}

/** The kubeconfig with its server reached through a port of this machine, still speaking TLS with the same name. */
export function kubeconfigThrough(
  place: Pick<ClusterUnderTest, 'kubeconfig' | 'directory'>,
  port: number,
): string {
  const config = readMovable(place.kubeconfig);
  const through = config.clusters.map(({ cluster, ...named }) => ({
    ...named,
    cluster: {
      'tls-server-name': new URL(cluster.server).hostname,
      ...cluster,
      server: `https://127.0.0.1:${port}`,
    },
  }));
  const file = join(mkdtempSync(join(place.directory, 'proxied-')), 'kubeconfig');
  writeFileSync(file, stringify({ ...config, clusters: through }), { mode: 0o600 });
  return file;
}

/** Of the current context. */
export function serverAddress({ kubeconfig }: Pick<ClusterUnderTest, 'kubeconfig'>): {
  readonly host: string;
  readonly port: number;
} {
  const view = ['config', 'view', '--minify', '--kubeconfig', kubeconfig, '-o'];
  const server = execFileSync('kubectl', [...view, 'jsonpath={.clusters[0].cluster.server}'], {
    encoding: 'utf8',
  });
  const { hostname, port } = new URL(server);
  return { host: hostname, port: Number(port || 443) };
}
