// A cluster for doctor to look at: in good health, and each test makes it ill in one way.
import type {
  Cluster,
  ClusterNode,
  Connection,
  LimitRange,
  Manifest,
  Pod,
  PodChange,
  ResourceQuota,
} from '../../src/cluster/cluster.ts';
import type { DoctorInput } from '../../src/doctor/examine.ts';
import type { ResidentFacts } from '../../src/doctor/resident.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import {
  checkPodSecurity,
  describeViolations,
  type PodSecurityLevel,
} from '../../src/security/pod-security.ts';
import { unusedCluster } from './unused-cluster.ts';

export const now = new Date('2026-11-21T12:00:00Z');

export const minutesAgo = (minutes: number): string =>
  new Date(now.getTime() - minutes * 60_000).toISOString();

export const connection: Connection = {
  server: 'https://kubernetes.example.org:6443',
  namespace: 'ci',
  credentials: { kind: 'kubeconfig', file: '/etc/gitlab-pod-executor/kubeconfig', user: 'gitlab-runner' },
};

export function policyOf(text = ''): Policy {
  return readPolicy({
    text: `cluster: { namespace: ci }\nhelper_image: helper:19.4.0\n${text}`,
    file: 'policy.yaml',
  }).policy;
}

/** What stands in the way of health. */
export interface Illness {
  readonly minor?: number;
  /** Of its version: `+k3s1`. */
  readonly versionSuffix?: string;
  /** API groups. */
  readonly groups?: readonly string[];
  /** `create pods/exec`, `* *`. */
  readonly rights?: (right: string) => boolean;
  readonly enforces?: PodSecurityLevel;
  /** What becomes of the pod on its way in. */
  readonly admit?: (pod: Pod) => Pod;
  readonly pods?: readonly Pod[];
  readonly nodes?: readonly ClusterNode[];
  readonly quotas?: readonly ResourceQuota[];
  readonly limitRanges?: readonly LimitRange[];
  /** The probe pod's state, once it was made. */
  readonly becomes?: Pod['status'];
  /** What the helper container answers to the inspection. */
  readonly helperSays?: string;
}

const asItIs = (pod: Pod): Pod => pod;

const everythingButAll = (right: string): boolean => right !== '* *';

const running: NonNullable<Pod['status']> = {
  phase: 'Running',
  containerStatuses: ['build', 'helper'].map((name) => ({ name, ready: true, state: { running: {} } })),
};

export const healthyHelper = `\
uid_map 0 529072128 65536
gid_map 0 529072128 65536
uid 1000
shell /bin/sh
runner Version: 19.4.0
answered
`;

export function healthyNode(name: string, labels: Readonly<Record<string, string>> = {}): ClusterNode {
  const nodeInfo = {
    operatingSystem: 'linux',
    architecture: 'amd64',
    kernelVersion: '6.8.0-45-generic',
    containerRuntimeVersion: 'containerd://2.0.4',
    kubeletVersion: 'v1.36.3',
  };
  return {
    metadata: { name, labels: { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux', ...labels } },
    status: {
      nodeInfo,
      conditions: [{ type: 'Ready', status: 'True' }],
      allocatable: { cpu: '8', memory: '32Gi', 'ephemeral-storage': '200Gi' },
      runtimeHandlers: [{ name: '', features: { userNamespaces: true } }],
    },
  };
}

const closedWays = 'way https://10.0.0.1:443/ closed\nanswered\n';

export interface Patient {
  readonly cluster: Cluster;
  /** Names of the pods that were made and not deleted yet. */
  readonly pods: Set<string>;
  readonly made: string[];
}

export function patient(illness: Illness = {}): Patient {
  const { minor = 36, rights = everythingButAll, enforces = 'restricted', admit = asItIs } = illness;
  const pods = new Set<string>();
  const made: string[] = [];
  const manifests = new Map<string, Pod>();
  const cluster: Cluster = {
    ...unusedCluster,
    serverVersion: () =>
      Promise.resolve({ major: 1, minor, gitVersion: `v1.${minor}.3${illness.versionSuffix ?? ''}` }),
    apiGroups: () => Promise.resolve(illness.groups ?? ['apps']),
    isAllowed: ({ verb, resource, subresource }) =>
      Promise.resolve(rights(`${verb} ${resource}${subresource ? `/${subresource}` : ''}`)),
    createPod: (manifest, options) => {
      refuseInsecure(manifest, enforces);
      const pod = admit(asMade(manifest));
      if (!options?.dryRun) {
        pods.add(pod.metadata.name);
        made.push(pod.metadata.name);
        manifests.set(pod.metadata.name, { ...pod, status: illness.becomes ?? running });
      }
      return Promise.resolve(pod);
    },
    getPod: (name) => Promise.resolve(manifests.get(name) ?? null),
    listPods: () => Promise.resolve(illness.pods ?? []),
    watchPod: (name, { signal }) => watchPod(manifests.get(name), signal),
    watchEvents: (_, { signal }) => until(signal),
    listNodes: () => Promise.resolve(illness.nodes ?? [healthyNode('node-1')]),
    listResourceQuotas: () => Promise.resolve(illness.quotas ?? []),
    listLimitRanges: () => Promise.resolve(illness.limitRanges ?? []),
    exec: async ({ container, command, stdout }) => {
      const helper = command.includes('api') ? closedWays : (illness.helperSays ?? healthyHelper);
      await stdout(Buffer.from(container === 'helper' ? helper : 'shell /bin/sh\nanswered\n'));
      return { kind: 'exited', code: 0 };
    },
    deletePod: ({ name, uid }) =>
      Promise.resolve(uid === `uid-of-${name}` && pods.delete(name) ? 'deleting' : 'not-found'),
    close: () => undefined,
  };
  return { cluster, pods, made };
}

function refuseInsecure(manifest: Manifest, level: PodSecurityLevel): void {
  const violations = checkPodSecurity(manifest, level);
  if (violations.length === 0) return;
  throw new SystemFailure('pod-security', {
    what: `Cannot create pods: the API server refused with HTTP 403: ${describeViolations(violations, level)}`,
  });
}

function asMade(manifest: Manifest): Pod {
  const { metadata, spec } = manifest as unknown as Pod;
  return {
    metadata: {
      ...metadata,
      namespace: 'ci',
      uid: `uid-of-${metadata.name}`,
      creationTimestamp: now.toISOString(),
    },
    spec: { ...spec, nodeName: 'node-1' },
  };
}

async function* watchPod(pod: Pod | undefined, signal: AbortSignal | undefined): AsyncGenerator<PodChange> {
  yield pod ? { kind: 'changed', pod } : { kind: 'gone' };
  yield* until(signal);
}

async function* until(signal: AbortSignal | undefined): AsyncGenerator<never> {
  if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
}

const noResident: ResidentFacts = {
  directory: '/run/gitlab-pod-executor/0123456789abcdef',
  state: { kind: 'absent' },
  others: [],
  version: '1.2.3',
  uid: 999,
};

export function requestFor(cluster: Cluster, rest: Partial<DoctorInput> = {}): DoctorInput {
  let pods = 0;
  return {
    policy: policyOf(),
    policyFile: '/etc/gitlab-pod-executor/policy.yaml',
    notes: [],
    runnerConfig: null,
    findResident: () => Promise.resolve(noResident),
    resolveConnection: () => Promise.resolve(connection),
    connect: () => cluster,
    proxyOf: () => Promise.resolve(null),
    isProbeAsked: false,
    gitlab: null,
    now: () => now,
    random: () => `k7m2qx4${++pods}`,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...rest,
  };
}
