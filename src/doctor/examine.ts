// Is this cluster ready for jobs? Looks at one thing after the other, from the policy to a real pod, and says of each what it saw
// and what fixes it. It asks as the runner would, with the runner's own rights, and leaves nothing behind.
import { describeFinding } from '../admission/explain/describe-finding.ts';
import { Rejection } from '../admission/rejection.ts';
import type { Cluster, Connection, Manifest, ServerVersion } from '../cluster/cluster.ts';
import { managedSelector } from '../pod/labels.ts';
import { defaultGracePeriods, findLeftovers } from '../sweep/sweep-leftovers.ts';
import { durationText } from '../text/duration-text.ts';
import { ask, foundOf, type Refused, remediesOf } from './call.ts';
import { type DoctorFinding, fail, ok, type Remedy, skip, warn } from './doctor-finding.ts';
import { checkDryRun, dryRunNotTried } from './dry-run.ts';
import { checkNodes, type NodesSeen } from './nodes/nodes.ts';
import { probeNodes } from './nodes/probe-nodes.ts';
import { describePlatform, findPlatform, type Platform } from './platform.ts';
import { checkPolicy, type PolicyInput } from './policy.ts';
import { describeResident, type ResidentFacts } from './resident.ts';
import { checkRights } from './rights.ts';
import { checkLimitRanges } from './room/limit-ranges.ts';
import { requestOf } from './room/pod-request.ts';
import { checkQuotas } from './room/quotas.ts';
import { type SampleInput, type SamplePod, samplePod } from './sample.ts';
import { checkServer, describeConnection, type ProxyFacts } from './server.ts';

export interface DoctorInput extends PolicyInput {
  /** What was found of a config.toml; null: none was given. */
  readonly runnerConfig: DoctorFinding | null;
  /** That its runners take at most; null: none was given. */
  readonly jobsAtOnce?: number | null;
  /** @throws SystemFailure when its place is nowhere */
  readonly findResident: () => Promise<ResidentFacts>;
  readonly resolveConnection: () => Promise<Connection>;
  readonly connect: (connection: Connection) => Cluster;
  /** @throws SystemFailure for what is no proxy's address */
  readonly proxyOf: (connection: Connection) => Promise<ProxyFacts | null>;
  /** Make one real pod. */
  readonly isProbeAsked: boolean;
  /** Of the policy's profiles: the pods that are tried are as its jobs have them. null: as the rules say. */
  readonly profile?: string | null;
  /** For the probe's pod to reach. */
  readonly gitlab: URL | null;
  readonly now: () => Date;
  /** 8 characters of base32, new at each call. */
  readonly random: () => string;
  /** What is looked at now, in a few words. */
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** In a fixed order; what cannot be looked at is a row too. */
export async function examine(request: DoctorInput): Promise<readonly DoctorFinding[]> {
  const { runnerConfig } = request;
  const policy = [
    ...checkPolicy(request),
    ...(runnerConfig === null ? [] : [runnerConfig]),
    await checkResident(request),
  ];
  const connection = await ask(() => request.resolveConnection(), request.signal);
  if ('refused' in connection)
    return [...policy, explainNoConnection(connection.refused, request.policy.cluster.namespace), theRest];
  const proxy = await ask(() => request.proxyOf(connection.answer), request.signal);
  if ('refused' in proxy)
    return [...policy, fail('connection', foundOf(proxy.refused), ...remediesOf(proxy.refused)), theRest];
  const cluster = request.connect(connection.answer);
  try {
    request.onProgress(`asking ${connection.answer.server}`);
    const server = await checkServer(cluster, request.signal);
    const known = [...policy, describeConnection(connection.answer, proxy.answer), server.finding];
    const { version } = server;
    if (version === null) return [...known, theRest];
    const facts = { server: connection.answer.server, version };
    const platform = await findPlatform(cluster, facts, request.signal);
    const rest = await examineCluster({ ...request, cluster, server: version, platform });
    return [...known, describePlatform(platform, version), ...rest];
  } finally {
    cluster.close();
  }
}

async function checkResident({ findResident, now, signal }: DoctorInput): Promise<DoctorFinding> {
  const found = await ask(findResident, signal);
  if ('answer' in found) return describeResident(found.answer, now());
  return warn('resident', foundOf(found.refused), ...remediesOf(found.refused));
}

const theRest = skip('the rest', 'needs an API server that answers');

const explainNoConnection = (refused: Refused, namespace: string): DoctorFinding =>
  fail('connection', foundOf(refused), ...remediesOf(refused), nameCluster(namespace));

function nameCluster(namespace: string): Remedy {
  return {
    text: 'Say in the policy which cluster is meant (a runner that is a pod itself leaves `kubeconfig` out):',
    code: `cluster:\n  namespace: ${namespace}\n  kubeconfig: /etc/gitlab-pod-executor/kubeconfig`,
  };
}

interface Reached extends DoctorInput {
  readonly cluster: Cluster;
  readonly server: ServerVersion;
  readonly platform: Platform | null;
}

async function examineCluster(request: Reached): Promise<readonly DoctorFinding[]> {
  const { cluster, policy, signal, onProgress } = request;
  onProgress('asking what the account may do');
  const rights = await checkRights(cluster, policy, signal);
  onProgress("asking whether a job's pod would be admitted");
  const { findings, surroundings } = await tryDry(request);
  const seen = [...rights, ...findings, ...surroundings.findings, await checkLeftovers(request)];
  return [...seen, ...(await probeNodes({ ...request, seen, kinds: surroundings.kinds }))];
}

interface Tried {
  readonly findings: readonly DoctorFinding[];
  readonly surroundings: NodesSeen;
}

async function tryDry(request: Reached): Promise<Tried> {
  const { cluster, server, platform, policy, profile = null, random, now, signal } = request;
  const sample = (hasService: boolean) =>
    planOrRejection({ policy, profile, hasService, server, random: random(), now: now() });
  const planned = sample(true);
  if (!(planned instanceof Rejection)) {
    const { findings, admitted } = await checkDryRun({ ...planned, cluster, platform, now, signal });
    const { manifest } = planned;
    return {
      findings,
      surroundings: await lookAround({ ...request, manifest, admitted: admitted ?? manifest }),
    };
  }
  const who = sample(false) instanceof Rejection ? 'every job' : 'every job with a service';
  const findings = planned.findings.flatMap(describeFinding).map((line) => line.trim().replace(/ {2,}/, ' '));
  return {
    findings: dryRunNotTried([`${who} is rejected:`, ...findings].join('\n')),
    surroundings: { findings: [], kinds: [] },
  };
}

interface Around extends Reached {
  readonly manifest: Manifest;
  readonly admitted: Manifest;
}

/** Where the pod would go, and how many of it. */
async function lookAround(request: Around): Promise<NodesSeen> {
  const { cluster, admitted, jobsAtOnce = null, onProgress, signal } = request;
  onProgress('asking about quotas and nodes');
  const quota = await checkQuotas({ cluster, pod: admitted, jobsAtOnce, signal });
  const limitRange = await checkLimitRanges(request);
  const nodes = await checkNodes({ cluster, manifest: admitted, request: requestOf(admitted), signal });
  return { findings: [quota, limitRange, ...nodes.findings], kinds: nodes.kinds };
}

function planOrRejection(input: SampleInput): SamplePod | Rejection {
  try {
    return samplePod(input);
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
}

async function checkLeftovers({ cluster, policy, now, signal }: Reached): Promise<DoctorFinding> {
  const check = 'leftovers';
  const result = await ask((limit) => cluster.listPods(managedSelector(), { signal: limit }), signal);
  if ('refused' in result) return skip(check, foundOf(result.refused));
  const stock = { pods: result.answer, secrets: [], now: now(), gracePeriods: defaultGracePeriods(policy) };
  const { leftovers, podsInUse } = findLeftovers(stock);
  const [oldest] = leftovers;
  if (!oldest) return ok(check, `none; pods in use: ${podsInUse}`);
  return warn(
    check,
    `pods that nobody needs: ${leftovers.length}, the oldest made ${durationText(oldest.ageSeconds ?? 0)} ago; it seems that no sweep runs regularly (docs/sweep-and-doctor.md)`,
    {
      text: 'See what would be deleted, then let the timer do it:',
      code: 'gitlab-pod-executor sweep --dry-run\nsystemctl enable --now gitlab-pod-executor-sweep.timer',
    },
  );
}
