// What a test of prepare needs: a job, and a cluster whose pods become what the test says.
import { vi } from 'vitest';
import type {
  Cluster,
  Connection,
  ContainerStatus,
  Pod,
  PodChange,
  PodStatus,
} from '../../src/cluster/cluster.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { type PrepareInput, prepare } from '../../src/stage/prepare/prepare.ts';
import { samplePolicy } from '../pod/sample-job.ts';
import { claimsInMemory } from './claims-in-memory.ts';
import { answering, changed, fakeCluster, type Step, watchOf } from './fake-cluster.ts';
import { type FakeIo, fakeIo } from './fake-io.ts';
import { noRegistries } from './no-registries.ts';

export const jobPath = '/tmp/custom-executor1/response.json';
const job = {
  id: 1001,
  job_info: { name: 'test', project_id: 42, project_full_path: 'group/project', instance_uuid: 'instance-1' },
  git_info: { repo_url: 'https://ci-token:hunter2@gitlab.example.org/group/project.git', ref: 'main' },
  runner_info: { timeout: 3600 },
  image: { name: 'ruby:3.4' },
};
export const connection: Connection = {
  server: 'https://cluster.example.org',
  namespace: 'ci',
  credentials: { kind: 'token-file', file: '/run/token' },
};

export const helperSays =
  'uid_map 0 529072128 65536\ngid_map 0 529072128 65536\nuid 1000\nshell /bin/sh\nrunner Version: 19.4.0\nanswered\n';

type States = Readonly<Record<string, ContainerStatus['state']>>;
/** States of containers, or a whole status. */
type Becomes = States | PodStatus | 'never';

/** A cluster that keeps pods and secrets. Each pod becomes what the next of `becomes` says; runs, unless said otherwise. */
export function clusterOf({
  becomes = [],
  hostUsers = false,
  keeps = hostUsers,
  existing = [],
  ...answers
}: Partial<Cluster> & {
  becomes?: Becomes[];
  hostUsers?: HostUsers;
  /** What reads back once the pod runs. */
  keeps?: HostUsers;
  existing?: Pod[];
} = {}) {
  const pods = new Map(existing.map((pod) => [pod.metadata.name, pod]));
  const secrets = new Map<string, { name: string; uid: string; labels: Record<string, string> }>();
  let count = 0;
  const { claims, ...claimMethods } = claimsInMemory();
  const cluster = fakeCluster({
    ...claimMethods,
    serverVersion: () => Promise.resolve({ major: 1, minor: 36, gitVersion: 'v1.36.3' }),
    listPods: () => Promise.resolve([...pods.values()]),
    listSecrets: () => Promise.resolve([...secrets.values()]),
    createSecret: (manifest) => {
      const { name } = manifest['metadata'] as { name: string };
      secrets.set(name, { name, uid: `secret-${name}`, labels: {} });
      return Promise.resolve({ name, uid: `secret-${name}` });
    },
    adoptSecret: () => Promise.resolve(),
    deleteSecret: ({ name }) => Promise.resolve(secrets.delete(name) ? 'deleting' : 'not-found'),
    createPod: (manifest) => {
      const { metadata, spec } = manifest as { metadata: { name: string }; spec: Pod['spec'] };
      const pod: Pod = {
        metadata: { ...metadata, uid: `uid-${++count}` },
        spec: withHostUsers({ ...spec, nodeName: 'node-7' }, hostUsers),
      };
      pods.set(metadata.name, pod);
      return Promise.resolve(pod);
    },
    deletePod: ({ name }) => Promise.resolve(pods.delete(name) ? 'deleting' : 'not-found'),
    getPod: (name) => Promise.resolve(pods.get(name) ?? null),
    watchPod: (name, { signal }) => watchOf(changesOf(pods.get(name), becomes.shift(), keeps), signal),
    watchEvents: (_, { signal }) => watchOf([], signal),
    exec: (request) =>
      answering(request.container === 'helper' ? helperSays : 'shell /usr/bin/sh\nanswered\n')(request),
    ...answers,
  });
  return Object.assign(cluster, { pods, secrets, claims });
}

export type HostUsers = boolean | 'missing';

function withHostUsers(spec: Pod['spec'], hostUsers: HostUsers): Pod['spec'] {
  const rest = Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'hostUsers'));
  return hostUsers === 'missing' ? rest : { ...rest, hostUsers };
}

function changesOf(
  pod: Pod | undefined,
  becomes: Becomes | undefined,
  hostUsers: HostUsers,
): Step<PodChange>[] {
  if (!pod || becomes === 'never') return [];
  const states: States = becomes && !isStatus(becomes) ? becomes : {};
  const status: PodStatus = {
    phase: 'Running',
    containerStatuses: containersOf(pod).map(({ name }) => {
      const state = states[name] ?? { running: {} };
      return { name, ready: state.running !== undefined, state };
    }),
    ...(becomes && isStatus(becomes) ? becomes : {}),
  };
  return [changed({ ...pod, spec: withHostUsers(pod.spec, hostUsers), status })];
}

const isStatus = (becomes: States | PodStatus): becomes is PodStatus => 'phase' in becomes;

interface Given {
  readonly changes?: object;
  readonly policy?: Partial<Policy>;
  readonly cluster?: ReturnType<typeof clusterOf>;
  readonly io?: FakeIo;
  readonly isNews?: PrepareInput['isNews'];
  readonly openRegistries?: PrepareInput['openRegistries'];
}

export function start({
  changes = {},
  policy = {},
  cluster = clusterOf(),
  io = fakeIo({ JOB_RESPONSE_FILE: jobPath }),
  isNews = () => true,
  openRegistries = noRegistries,
}: Given = {}) {
  io.stored.set(jobPath, JSON.stringify({ ...job, ...changes }));
  const connect = vi.fn<PrepareInput['connect']>(() => cluster);
  const resolveConnection = vi.fn(() => Promise.resolve(connection));
  let random = 0;
  const done = prepare({
    io,
    isNews,
    openRegistries,
    policy: { ...samplePolicy, helper_image: 'helper:19', ...policy },
    resolveConnection,
    connect,
    runnerVersion: '19.4.0',
    now: () => new Date('2026-11-21T00:00:00Z'),
    random: () => `rand000${++random}`,
  });
  done.catch(() => undefined);
  return { done, io, cluster, connect, resolveConnection };
}

export const containersOf = ({
  spec,
}: {
  readonly spec?: unknown;
}): readonly { name: string; imagePullPolicy?: string }[] =>
  (spec as { containers: readonly { name: string; imagePullPolicy?: string }[] }).containers;
export const withoutTimes = (lines: string[]): string[] =>
  lines.map((line) => line.replace(/after \d+\.\d s/, 'after N s'));

/** How many pods and secrets there are. */
export const left = (cluster: ReturnType<typeof clusterOf>): number[] => [
  cluster.pods.size,
  cluster.secrets.size,
];

/** The first answer once, then the other. */
export function once<A extends unknown[], T>(
  first: (...args: A) => T,
  then: ((...args: A) => T) | Error,
): (...args: A) => T {
  let isFirst = true;
  return (...args) => {
    if (isFirst) {
      isFirst = false;
      return first(...args);
    }
    if (then instanceof Error) throw then;
    return then(...args);
  };
}
