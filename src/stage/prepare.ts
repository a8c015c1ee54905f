// The prepare stage: admits the job or rejects it, starts its pod, proves its user namespace, and hands on where it is.
import { admitJob } from '../admission/admit-job.ts';
import type { AdmittedImage, AdmittedJob } from '../admission/admitted-job.ts';
import { Rejection } from '../admission/rejection.ts';
import { formatRejection } from '../admission/rejection-message.ts';
import type { Cluster, Connection, Pod } from '../cluster/cluster.ts';
import { readJob } from '../job/read-job.ts';
import { plainLine } from '../outcome/plain-text.ts';
import { buildJobPod } from '../pod/job-pod.ts';
import { jobSelector } from '../pod/labels.ts';
import { buildContainer, helperContainer, serviceContainer } from '../pod/names.ts';
import type { Policy } from '../policy/policy.ts';
import type { JobSecurity } from '../security/job-security.ts';
import { resolveSecurity } from '../security/resolve-context.ts';
import { mustProveUserNamespace } from '../security/user-namespace.ts';
import { type AttemptState, writeAttemptState } from './attempt-state.ts';
import { deleteJob } from './cleanup.ts';
import { createPod } from './create-pod.ts';
import { type Inspection, inspectContainers } from './inspect-containers.ts';
import { explainInterruption } from './interruption.ts';
import { readJobFile } from './job-file.ts';
import { line, sectionEnd, sectionStart } from './log-lines.ts';
import { unproven } from './namespace-words.ts';
import { explainPullFailure } from './pull-failure.ts';
import { makePullSecret } from './pull-secret.ts';
import { refuseAliases } from './refuse-aliases.ts';
import { rejectContradictions, tellDroppedWishes } from './security-words.ts';
import { makeServiceSecret } from './service-secret.ts';
import type { StageIo } from './stage-io.ts';
import { waitUntilReady } from './wait-until-ready.ts';
import { tellCrashes } from './watch-over.ts';

export interface PrepareRequest {
  readonly io: StageIo;
  readonly policy: Policy;
  readonly resolveConnection: () => Promise<Connection>;
  readonly connect: (connection: Connection) => Cluster;
  /** `CI_RUNNER_VERSION` as GitLab Runner itself sets it: picks the default helper image. */
  readonly runnerVersion: string;
  readonly now: () => Date;
  /** 8 characters of base32, new at each call. */
  readonly random: () => string;
}

interface Attempt extends PrepareRequest {
  readonly admitted: AdmittedJob;
  readonly security: JobSecurity;
  readonly connection: Connection;
  readonly cluster: Cluster;
}

/** @throws Rejection before any API call; BuildFailure or SystemFailure with no pod left behind */
export async function prepare(request: PrepareRequest): Promise<void> {
  const { io, policy } = request;
  const { admitted, security } = admit(request, await readJobFile(io));
  const connection = await request.resolveConnection();
  const cluster = request.connect(connection);
  try {
    const selector = jobSelector(admitted.job);
    await deleteJob(cluster, selector, io.signal);
    try {
      await startPod({ ...request, admitted, security, connection, cluster });
    } catch (error) {
      await clearAway(cluster, selector);
      throw error;
    }
  } catch (error) {
    throw explainInterruption(error, io.signal, 'the preparation');
  } finally {
    cluster.close();
  }
  if (policy.user_namespaces.mode === 'unproven') {
    io.tell(
      line(
        "WARNING: user namespaces are not proven on this runner (`user_namespaces: unproven`). It is for trying out; do not run strangers' jobs on it.",
        'yellow',
      ),
    );
  }
}

/** Nothing is asked of the cluster before this is through. */
function admit(request: PrepareRequest, jobText: string): { admitted: AdmittedJob; security: JobSecurity } {
  const { io, policy } = request;
  const job = readJob(jobText);
  try {
    const { admitted, notes } = admitJob({ job, policy, runnerVersion: request.runnerVersion });
    for (const note of notes) io.tell(line(plainLine(note), 'yellow'));
    const security = resolveSecurity({
      policy,
      build: admitted.build.user,
      services: admitted.services.map(({ user }) => user),
    });
    rejectContradictions(security, policy);
    tellDroppedWishes(security, io);
    refuseAliases(admitted, policy, io);
    return { admitted, security };
  } catch (error) {
    if (error instanceof Rejection) {
      io.tell(
        formatRejection({ rejection: error, policy, job, nonce: request.random(), now: request.now() }),
      );
    }
    throw error;
  }
}

async function startPod(attempt: Attempt): Promise<void> {
  const { io, admitted, policy } = attempt;
  const section = `pod_start_${attempt.random()}`;
  io.tell(
    line(
      `Using image ${plainLine(admitted.build.image.name)} and helper ${plainLine(admitted.helper.image.name)}`,
    ),
  );
  io.tell(
    sectionStart(section, `Starting the job's pod in namespace ${attempt.cluster.namespace}`, {
      at: attempt.now(),
      collapsed: true,
    }),
  );
  const started = performance.now();
  let pod: Pod;
  let inspection: Inspection;
  try {
    pod = await readyPod(attempt);
    inspection = await inspectContainers({
      cluster: attempt.cluster,
      pod: pod.metadata,
      mustProveUserNamespace: mustProve(policy, pod),
      deadlineSeconds: policy.timeouts.ready,
      signal: io.signal,
    });
  } finally {
    io.tell(sectionEnd(section, attempt.now()));
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  io.tell(
    line(
      `Pod ${pod.metadata.name} is ready after ${seconds} s on ${pod.spec.nodeName ?? 'an unnamed node'}: uid ${inspection.uid}, user namespace ${inspection.uidMap}, helper ${inspection.runnerVersion}`,
    ),
  );
  await writeState(attempt, pod, inspection);
  await tellCrashes(io, servicesOf(admitted), pod);
}

function mustProve(policy: Policy, pod: Pod): boolean {
  return mustProveUserNamespace(policy.user_namespaces, pod.spec.runtimeClassName);
}

/** One pod for each try of the pull policies, the failed one removed before the next. */
async function readyPod(attempt: Attempt): Promise<Pod> {
  const pullAttempts: Record<string, number> = {};
  for (;;) {
    const pod = await makePod(attempt, pullAttempts);
    const readiness = await waitUntilReady({
      cluster: attempt.cluster,
      pod: pod.metadata,
      containers: containerNames(pod),
      deadlineSeconds: attempt.policy.timeouts.ready,
      serviceSeconds: attempt.policy.service_readiness.timeout,
      tell: (text, importance) => attempt.io.tell(line(text, importance === 'warning' ? 'yellow' : 'plain')),
      signal: attempt.io.signal,
    });
    if (readiness.kind === 'ready') {
      for (const name of readiness.lateServices) tellLate(attempt, name);
      checkHostUsers(attempt.policy, readiness.pod);
      return readiness.pod;
    }
    const { failure } = readiness;
    // Init containers run the helper's image, by its pull policies.
    const owner = /^(build|svc-\d+)$/.test(failure.container) ? failure.container : helperContainer;
    const tried = (pullAttempts[owner] ?? 0) + 1;
    if (tried >= imageOf(attempt.admitted, owner).pullPolicies.length) throw explainPullFailure(failure);
    pullAttempts[owner] = tried;
    attempt.io.tell(line(`Trying the next pull policy for ${failure.image}: ${failure.message}`, 'yellow'));
    await attempt.cluster.deletePod(pod.metadata, { signal: attempt.io.signal });
  }
}

async function makePod(attempt: Attempt, pullAttempts: Readonly<Record<string, number>>): Promise<Pod> {
  const { cluster, io, policy, admitted } = attempt;
  const random = attempt.random();
  const [pull, variables] = await Promise.all([
    makePullSecret({ cluster, admitted, random, signal: io.signal }),
    makeServiceSecret({ cluster, admitted, random, signal: io.signal }),
  ]);
  const manifest = buildJobPod({
    admitted,
    policy,
    security: attempt.security,
    random,
    now: attempt.now(),
    mayIgnoreHostUsers: admitted.services.length > 0 && (await isOlderThanPromise(cluster, io.signal)),
    pullSecrets: pull ? [pull.name] : [],
    ...(variables ? { serviceVariables: variables.name } : {}),
    pullAttempts,
  });
  const pod = await createPod({
    cluster,
    manifest,
    deadlineSeconds: policy.timeouts.ready,
    tell: (text) => io.tell(line(text, 'yellow')),
    signal: io.signal,
  });
  for (const secret of [pull, variables]) {
    if (secret) await cluster.adoptSecret(secret, pod.metadata, { signal: io.signal });
  }
  checkHostUsers(policy, pod);
  return pod;
}

/** From 1.33 on the API server promises "a user namespace or no pod" (KEP-127). */
async function isOlderThanPromise(cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  const { major, minor } = await cluster.serverVersion({ signal });
  return major === 1 && minor < 33;
}

/** An old API server, or a webhook, drops the field without a word: seen only by reading it back. */
function checkHostUsers(policy: Policy, pod: Pod): void {
  if (pod.spec.hostUsers === false || !mustProve(policy, pod)) return;
  throw unproven(
    'the API server did not keep `hostUsers: false` (it is older than 1.25, has the feature switched off, or a webhook removed the field).',
  );
}

function containerNames(pod: Pod): string[] {
  const containers = (pod.spec['containers'] ?? []) as readonly { readonly name: string }[];
  // A webhook may add containers of its own: only ours decide.
  return containers.map(({ name }) => name).filter((name) => /^(build|helper|svc-\d+)$/.test(name));
}

function imageOf({ build, helper, services }: AdmittedJob, container: string): AdmittedImage {
  const service = services[Number(container.slice('svc-'.length))];
  return container === buildContainer ? build : (service ?? helper);
}

function tellLate({ io, admitted, policy }: Attempt, container: string): void {
  const { image } = imageOf(admitted, container);
  io.tell(
    line(
      `WARNING: The service ${plainLine(image.name)} does not listen on its port after ${policy.service_readiness.timeout} s. The job goes on; set CI_DEBUG_SERVICES to see the service's log.`,
      'yellow',
    ),
  );
}

async function writeState(
  { io, policy, connection, admitted }: Attempt,
  pod: Pod,
  inspection: Inspection,
): Promise<void> {
  await writeAttemptState(io, {
    version: 1,
    connection,
    pod: { name: pod.metadata.name, uid: pod.metadata.uid },
    shells: inspection.shells,
    projectDirectory: `/builds/${admitted.job.repositoryPath}`,
    timeouts: { reconnect: policy.timeouts.reconnect, stopGrace: policy.timeouts.stop_grace },
    logLimit: policy.log_limit,
    services: servicesOf(admitted),
  });
}

function servicesOf({ services }: AdmittedJob): AttemptState['services'] {
  return services.map(({ image }, index) => ({ container: serviceContainer(index), image: image.name }));
}

const clearAwayMilliseconds = 5000;

/** The failure that brought us here is what the author must read; cleanup tries the deletion again. */
async function clearAway(cluster: Cluster, selector: string): Promise<void> {
  await deleteJob(cluster, selector, AbortSignal.timeout(clearAwayMilliseconds)).catch(() => undefined);
}
