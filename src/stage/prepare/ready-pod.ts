// Makes what the plan says and waits for the pod, along the list of pull policies.
import type { Cluster, Pod } from '../../cluster/cluster.ts';
import { unproven } from '../../diagnosis/explain-namespace.ts';
import { explainPullFailure, type PullFailure } from '../../diagnosis/pull-failure.ts';
import { newSaidPulls, type SaidPulls } from '../../diagnosis/said-pulls.ts';
import { buildContainer, helperContainer, isServiceContainer } from '../../layout/container-names.ts';
import type { JobPlan } from '../../plan/job-plan.ts';
import type { UsedClaim } from '../../pod/containers/workspace.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ScriptSessions } from '../../stream/sessions/script-sessions.ts';
import { line } from '../../text/log-lines.ts';
import type { Deadline } from '../deadline.ts';
import type { StageIo } from '../stage-io.ts';
import type { Inspection } from './inspect-containers.ts';
import { isReadyByAnswers, startEarlyLook } from './inspect-early.ts';
import { makeObjects } from './make-objects.ts';
import { admittedImageOf, isOfTheJob, pullContext } from './pull-context.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface PodInput {
  readonly io: StageIo;
  readonly policy: Policy;
  readonly plan: JobPlan;
  readonly cluster: Cluster;
  /** By canonical name: the digests that stand in place of tags. */
  readonly digests: ReadonlyMap<string, string>;
  /** The lasting workspace that the job holds; null: its workspace goes with the pod. */
  readonly claim: UsedClaim | null;
  /** `timeouts.ready`: for quota, pulls and all tries together. */
  readonly deadline: Deadline;
  readonly now: () => Date;
  /** 8 characters of base32, new at each call. */
  readonly random: () => string;
  /** Of a process that serves several stages. */
  readonly sessions?: Pick<ScriptSessions, 'open' | 'close'> | undefined;
}

export interface ReadyPod {
  readonly pod: Pod;
  /** Containers of services that do not listen yet; the job goes on without them. */
  readonly lateServices: readonly string[];
  /** null: its containers have not been asked yet. */
  readonly inspection: Inspection | null;
}

/**
 * One pod for each try of the pull policies, the failed one removed before the next.
 *
 * @throws BuildFailure or SystemFailure when there is no ready pod with a user namespace; the caller removes what was made
 */
export async function readyPod(request: PodInput): Promise<ReadyPod> {
  const { cluster, plan, io } = request;
  const server = plan.needsServerVersion ? await cluster.serverVersion({ signal: io.signal }) : null;
  const pullAttempts: Record<string, number> = {};
  for (;;) {
    const { random, now, digests, claim } = request;
    const attempt = { random: random(), now: now(), server, digests, claim, pullAttempts };
    const pod = await makeObjects(plan.objects(attempt), request);
    checkHostUsers(plan, pod);
    const saidPulls = newSaidPulls();
    const containers = containerNames(pod);
    const look = startEarlyLook({
      ...{ cluster, pod: pod.metadata, signal: io.signal, sessions: request.sessions },
      mustProveUserNamespace: plan.mustProveUserNamespace(pod.spec),
    });
    const readiness = await waitUntilReady({
      saidPulls,
      cluster,
      pod: pod.metadata,
      containers,
      onStarted: look.onStarted,
      ...(isReadyByAnswers(pod, containers) && { answered: look.answered }),
      deadline: request.deadline,
      serviceSeconds: request.policy.service_readiness.timeout,
      log: (text, importance) => io.log(line(text, importance === 'warning' ? 'yellow' : 'plain')),
      signal: io.signal,
    });
    if (readiness.kind === 'ready') {
      checkHostUsers(plan, readiness.pod);
      return { ...readiness, inspection: await look.outcome() };
    }
    countAttempt(request, readiness.failure, pullAttempts);
    logNextPolicy(request, readiness.failure, saidPulls);
    await cluster.deletePod(pod.metadata, { signal: io.signal });
  }
}

/** @throws when that was the last of the image's pull policies */
function countAttempt(request: PodInput, failure: PullFailure, pullAttempts: Record<string, number>): void {
  const { plan } = request;
  // Init containers run the helper's image, by its pull policies.
  const owner = isOfTheJob(failure.container) ? failure.container : helperContainer;
  const tried = (pullAttempts[owner] ?? 0) + 1;
  if (tried >= admittedImageOf(plan.admitted, owner).pullPolicies.length)
    throw explainPullFailure(failure, pullContext(request, failure.container));
  pullAttempts[owner] = tried;
}

function logNextPolicy({ io }: PodInput, { container, image, message }: PullFailure, words: SaidPulls): void {
  const why = words.isNew(container, message) ? `: ${message}` : '.';
  io.log(line(`Trying the next pull policy for ${image}${why}`, 'yellow'));
}

/** An old API server, or a webhook, drops the field without a word: seen only by reading it back. */
function checkHostUsers(plan: JobPlan, { spec }: Pod): void {
  if (spec.hostUsers === false || !plan.mustProveUserNamespace(spec)) return;
  throw unproven(
    'the API server did not keep `hostUsers: false` (it is older than 1.25, has the feature switched off, or a webhook removed the field).',
  );
}

function containerNames(pod: Pod): string[] {
  const containers = (pod.spec['containers'] ?? []) as readonly { readonly name: string }[];
  // A webhook may add containers of its own: only ours decide.
  return containers
    .map(({ name }) => name)
    .filter((name) => name === buildContainer || name === helperContainer || isServiceContainer(name));
}
