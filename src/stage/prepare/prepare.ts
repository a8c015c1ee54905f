// The prepare stage: plans the job or rejects it, starts its pod, proves its user namespace, and hands on where it is.
import { formatRejection } from '../../admission/explain/rejection-message.ts';
import { Rejection } from '../../admission/rejection.ts';
import type { Cluster, Connection, Pod } from '../../cluster/cluster.ts';
import type { Job } from '../../job/job.ts';
import { readJob } from '../../job/read-job.ts';
import type { JobPlan } from '../../plan/job-plan.ts';
import { planJob } from '../../plan/plan-job.ts';
import { reportedVariables } from '../../plan/reported-variables.ts';
import { isWorkspaceInPod } from '../../pod/containers/workspace.ts';
import { jobSelector } from '../../pod/labels.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Registries } from '../../registry/registries.ts';
import { deleteMilliseconds } from '../../stream/delete-pod.ts';
import type { ScriptSessions } from '../../stream/sessions/script-sessions.ts';
import { line } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import { wantedWorkspace } from '../../workspace/wanted-workspace.ts';
import { writeAttemptState } from '../attempt-state.ts';
import { deleteJob } from '../cleanup.ts';
import { startDeadline } from '../deadline.ts';
import type { IsNews } from '../failed-tries.ts';
import { explainInterruption } from '../interruption.ts';
import { readJobFile } from '../job-file.ts';
import { giveBackAfter } from '../release-workspaces.ts';
import type { StageIo } from '../stage-io.ts';
import { warnCrashes } from '../warn-crashes.ts';
import { type Inspection, inspectContainers } from './inspect-containers.ts';
import { logNotes } from './log-notes.ts';
import { type PinnedImage, pinImages } from './pin/pin-images.ts';
import { type PodInput, type ReadyPod, readyPod } from './ready-pod.ts';
import { serviceStates } from './service-states.ts';
import { inStartSection } from './start-section.ts';
import { takeWorkspace } from './take-workspace.ts';
import { warnLateServices } from './warn-late-services.ts';

export interface PrepareInput {
  readonly io: StageIo;
  readonly isNews: IsNews;
  readonly policy: Policy;
  readonly resolveConnection: () => Promise<Connection>;
  readonly connect: (connection: Connection) => Cluster;
  /** Only where the policy asks for something that registries know. */
  readonly openRegistries: () => Promise<Registries>;
  /** `CI_RUNNER_VERSION` as GitLab Runner itself sets it: picks the default helper image. */
  readonly runnerVersion: string;
  readonly now: () => Date;
  /** 8 characters of base32, new at each call. */
  readonly random: () => string;
  /** Of a process that serves several stages. */
  readonly sessions?: Pick<ScriptSessions, 'open' | 'close'> | undefined;
}

interface Attempt extends PodInput {
  readonly connection: Connection;
  readonly pinned: readonly PinnedImage[];
}

/** @throws Rejection before any API call; BuildFailure or SystemFailure with no pod left behind */
export async function prepare(request: PrepareInput): Promise<void> {
  const { io } = request;
  const plan = await makePlan(request, await readJobFile(io));
  io.observe?.({ kind: 'planned', profile: plan.profile?.name ?? null });
  logNewNotes(plan, request);
  const connection = await request.resolveConnection();
  const cluster = closingSessions(request.connect(connection), request);
  try {
    const selector = jobSelector(plan.admitted.job);
    await deleteJob(cluster, selector, io.signal);
    const wanted = wantedWorkspace(plan.admitted.job, plan.policy, plan.security);
    try {
      const { policy } = plan;
      const pinned = await explained(request, plan.admitted.job, () =>
        pinImages({ ...request, policy, plan, cluster }),
      );
      for (const { container, digest, signedBy } of pinned)
        io.observe?.({ kind: 'image-pinned', container, digest, signedBy });
      const digests = new Map(pinned.map(({ image, digest }) => [image.canonical, digest]));
      const deadline = startDeadline(policy.timeouts.ready);
      const claim = wanted && (await takeWorkspace({ ...request, policy, cluster, wanted }));
      await startPod({ ...request, policy, plan, connection, cluster, pinned, digests, claim, deadline });
    } catch (error) {
      await clearAway(cluster, selector);
      if (wanted) await giveBackAfter(error, { cluster, selector, now: request.now() });
      throw error;
    }
  } catch (error) {
    throw explainInterruption(error, io.signal, 'the preparation');
  } finally {
    cluster.close();
  }
}

/** With a pod go the execs that wait in it. */
function closingSessions(cluster: Cluster, { sessions }: PrepareInput): Cluster {
  const deletePod: Cluster['deletePod'] = (pod, ...options) => {
    sessions?.close(pod.uid);
    return cluster.deletePod(pod, ...options);
  };
  return { ...cluster, deletePod };
}

/** Nothing is asked of the cluster before this is through. */
function makePlan(request: PrepareInput, jobText: string): Promise<JobPlan> {
  const { io, policy, runnerVersion } = request;
  const job = readJob(jobText);
  io.observe?.({ kind: 'job-read', job });
  return explained(request, job, () =>
    planJob({ job, policy, runnerVersion, reported: reportedVariables(io.env) }),
  );
}

/** What its author reads of a rejection stands in the log before the stage ends. */
async function explained<T>(
  { io, policy, random, now }: PrepareInput,
  job: Job,
  work: () => Promise<T> | T,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Rejection)
      io.log(formatRejection({ rejection: error, policy, job, nonce: random(), now: now() }));
    throw error;
  }
}

/** Once for all tries of GitLab Runner: a job's log has all of them. */
function logNewNotes(plan: JobPlan, { io, isNews, random, now }: PrepareInput): void {
  if (isNews(JSON.stringify([plan.granted, plan.notes, plan.warnings])))
    logNotes(plan, { log: io.log, random, now });
}

async function startPod(attempt: Attempt): Promise<void> {
  const { io, plan } = attempt;
  const { build, helper } = plan.admitted;
  io.log(line(`Using image ${plainLine(build.image.name)} and helper ${plainLine(helper.image.name)}`));
  for (const pinned of attempt.pinned) io.log(line(describePin(pinned)));
  if (plan.profile !== null) io.log(line(`Profile ${plan.profile.name}: ${plan.profile.because}`));
  const started = performance.now();
  const { ready, inspection } = await inStartSection(
    {
      io,
      title: `Starting the job's pod in namespace ${attempt.cluster.namespace}`,
      nonce: attempt.random(),
      now: attempt.now,
    },
    (inSection) => makeAndInspect({ ...attempt, io: inSection }),
  );
  const { pod } = ready;
  const seconds = (performance.now() - started) / 1000;
  io.observe?.({
    kind: 'pod-ready',
    seconds,
    pod: pod.metadata.name,
    node: pod.spec.nodeName ?? null,
    uid: inspection.uid,
    uidMap: inspection.uidMap,
    workspace: attempt.claim?.name ?? null,
  });
  io.log(
    line(
      `Pod ${pod.metadata.name} is ready after ${seconds.toFixed(1)} s on ${pod.spec.nodeName ?? 'an unnamed node'}: uid ${inspection.uid}, user namespace ${inspection.uidMap}, helper ${inspection.runnerVersion}`,
    ),
  );
  logQuotes(io, inspection);
  await writeState(attempt, pod, inspection);
  const about = { io, cluster: attempt.cluster, pod, services: serviceStates(plan.admitted) };
  const { timeout } = attempt.policy.service_readiness;
  await warnLateServices({ ...about, late: ready.lateServices, seconds: timeout });
  await warnCrashes(about);
}

/** An image whose name has a digest is what it says, and said so above. */
function describePin({ image, digest, signedBy }: PinnedImage): string {
  const signed = signedBy.length === 0 ? '' : `, signed with the key ${signedBy.join(' and ')}`;
  return `Image ${plainLine(image.name)} is ${digest}${signed}`;
}

async function makeAndInspect(attempt: Attempt): Promise<{ ready: ReadyPod; inspection: Inspection }> {
  const { cluster, plan, deadline, io } = attempt;
  const ready = await readyPod(attempt);
  const inspection =
    ready.inspection ??
    (await inspectContainers({
      cluster,
      pod: ready.pod.metadata,
      mustProveUserNamespace: plan.mustProveUserNamespace(ready.pod.spec),
      deadline,
      signal: io.signal,
    }));
  return { ready, inspection };
}

/** A syntax error in a script that the author never saw helps nobody. The job's own variable decides how its scripts are quoted. */
function logQuotes({ env, log }: StageIo, { readsRunnerQuotes }: Inspection): void {
  if (readsRunnerQuotes || env['CUSTOM_ENV_FF_POSIXLY_CORRECT_ESCAPES'] === 'true') return;
  log(
    line(
      `WARNING: The image has no bash, and its sh cannot read GitLab Runner's scripts (their $'…'). Use an image with bash or busybox, or set FF_POSIXLY_CORRECT_ESCAPES: "true" among the job's variables.`,
      'yellow',
    ),
  );
}

async function writeState(
  { io, policy, connection, plan, claim }: Attempt,
  pod: Pod,
  inspection: Inspection,
): Promise<void> {
  await writeAttemptState(io, {
    version: 1,
    connection,
    pod: { name: pod.metadata.name, uid: pod.metadata.uid },
    shells: inspection.shells,
    projectDirectory: plan.projectDirectory,
    isWorkspaceInPod: isWorkspaceInPod(pod.spec),
    ...(claim !== null && { holdsWorkspace: true }),
    timeouts: { reconnect: policy.timeouts.reconnect, stopGrace: policy.timeouts.stop_grace },
    logLimit: policy.log_limit,
    services: serviceStates(plan.admitted),
  });
}

/** The failure that brought us here is what the author must read; cleanup tries the deletion again. */
async function clearAway(cluster: Cluster, selector: string): Promise<void> {
  await deleteJob(cluster, selector, AbortSignal.timeout(deleteMilliseconds)).catch(() => undefined);
}
