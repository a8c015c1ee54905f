// Makes the job's pod and waits for it, along the list of pull policies.
import type { AdmittedImage, AdmittedJob } from '../../admission/admitted-job.ts';
import type { Cluster, Pod } from '../../cluster/cluster.ts';
import { unproven } from '../../diagnosis/explain-namespace.ts';
import { explainPullFailure, type PullContext, type PullFailure } from '../../diagnosis/pull-failure.ts';
import {
  buildContainer,
  helperContainer,
  isServiceContainer,
  serviceIndex,
} from '../../layout/container-names.ts';
import { bringsOthers, buildJobPod } from '../../pod/job-pod.ts';
import type { Policy } from '../../policy/policy.ts';
import type { JobSecurity } from '../../security/job-security.ts';
import { mustProveUserNamespace } from '../../security/user-namespace.ts';
import { line } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { Deadline } from '../deadline.ts';
import type { StageIo } from '../stage-io.ts';
import { type CreateOptions, createWithRetry } from './create-with-retry.ts';
import { explainCredentials } from './explain-credentials.ts';
import type { JobCredentials } from './job-credentials.ts';
import type { CreatedSecret, SecretInput } from './job-secret.ts';
import { makePullSecret } from './pull-secret.ts';
import { makeServiceSecrets } from './service-secret.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface PodInput {
  readonly io: StageIo;
  readonly policy: Policy;
  readonly admitted: AdmittedJob;
  readonly security: JobSecurity;
  readonly credentials: JobCredentials;
  readonly cluster: Cluster;
  /** `timeouts.ready`: for quota, pulls and all tries together. */
  readonly deadline: Deadline;
  readonly now: () => Date;
  /** 8 characters of base32, new at each call. */
  readonly random: () => string;
}

/**
 * One pod for each try of the pull policies, the failed one removed before the next.
 *
 * @throws BuildFailure or SystemFailure when there is no ready pod with a user namespace; the caller removes what was made
 */
export async function readyPod(request: PodInput): Promise<Pod> {
  const pullAttempts: Record<string, number> = {};
  for (;;) {
    const pod = await makePod(request, pullAttempts);
    const readiness = await waitUntilReady({
      cluster: request.cluster,
      pod: pod.metadata,
      containers: containerNames(pod),
      deadline: request.deadline,
      serviceSeconds: request.policy.service_readiness.timeout,
      log: (text, importance) => request.io.log(line(text, importance === 'warning' ? 'yellow' : 'plain')),
      signal: request.io.signal,
    });
    if (readiness.kind === 'ready') {
      for (const name of readiness.lateServices) warnLateService(request, name);
      checkHostUsers(request.policy, readiness.pod);
      return readiness.pod;
    }
    countAttempt(request, readiness.failure, pullAttempts);
    await request.cluster.deletePod(pod.metadata, { signal: request.io.signal });
  }
}

/** @throws when that was the last of the image's pull policies */
function countAttempt(request: PodInput, failure: PullFailure, pullAttempts: Record<string, number>): void {
  const { io, admitted } = request;
  // Init containers run the helper's image, by its pull policies.
  const owner = isOfTheJob(failure.container) ? failure.container : helperContainer;
  const tried = (pullAttempts[owner] ?? 0) + 1;
  if (tried >= imageOf(admitted, owner).pullPolicies.length)
    throw explainPullFailure(failure, pullContext(request, failure.container));
  pullAttempts[owner] = tried;
  io.log(line(`Trying the next pull policy for ${failure.image}: ${failure.message}`, 'yellow'));
}

/** Build and services; the other containers come from the policy. */
const isOfTheJob = (container: string): boolean =>
  container === buildContainer || isServiceContainer(container);

function pullContext({ admitted, credentials, policy }: PodInput, container: string): PullContext {
  const isDefault = container === buildContainer && admitted.job.image === null;
  if (!isOfTheJob(container) || isDefault) return { chosenBy: 'operator' };
  return {
    chosenBy: 'author',
    credentials: explainCredentials(credentials, imageOf(admitted, container).image, policy),
  };
}

async function makePod(request: PodInput, pullAttempts: Readonly<Record<string, number>>): Promise<Pod> {
  const { cluster, io, policy, admitted, security } = request;
  const random = request.random();
  const { pull, ofServices } = await makeSecrets(request, random);
  const manifest = buildJobPod({
    admitted,
    policy,
    security,
    random,
    now: request.now(),
    mayIgnoreHostUsers: bringsOthers(admitted, policy) && (await isOlderThanPromise(cluster, io.signal)),
    pullSecrets: pull ? [pull.name] : [],
    pullAttempts,
  });
  const pod = await createWithRetry({
    ...gracePeriodsOf(request),
    what: 'The pod',
    create: () => cluster.createPod(manifest, { signal: io.signal }),
  });
  for (const secret of [...(pull ? [pull] : []), ...ofServices]) {
    await cluster.adoptSecret(secret, pod.metadata, { signal: io.signal });
  }
  checkHostUsers(policy, pod);
  return pod;
}

async function makeSecrets(
  request: PodInput,
  random: string,
): Promise<{ readonly pull: CreatedSecret | null; readonly ofServices: readonly CreatedSecret[] }> {
  const { cluster, io, admitted, credentials } = request;
  const create: SecretInput['create'] = (secret) =>
    createWithRetry({
      ...gracePeriodsOf(request),
      what: 'A Secret of the job',
      create: () => cluster.createSecret(secret, { signal: io.signal }),
    });
  const [pull, ofServices] = await Promise.all([
    makePullSecret({ admitted, random, create }, credentials),
    makeServiceSecrets({ admitted, random, create }),
  ]);
  return { pull, ofServices };
}

function gracePeriodsOf({
  deadline,
  io,
}: PodInput): Pick<CreateOptions<unknown>, 'deadline' | 'log' | 'signal'> {
  return { deadline, log: (text) => io.log(line(text, 'yellow')), signal: io.signal };
}

/** From 1.33 on the API server promises "a user namespace or no pod" (KEP-127). */
async function isOlderThanPromise(cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  const { major, minor } = await cluster.serverVersion({ signal });
  return major === 1 && minor < 33;
}

/** An old API server, or a webhook, drops the field without a word: seen only by reading it back. */
function checkHostUsers(policy: Policy, pod: Pod): void {
  if (pod.spec.hostUsers === false) return;
  if (!mustProveUserNamespace(policy.user_namespaces, pod.spec.runtimeClassName)) return;
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

function imageOf({ build, helper, services }: AdmittedJob, container: string): AdmittedImage {
  const service = services[serviceIndex(container) ?? -1];
  return container === buildContainer ? build : (service ?? helper);
}

function warnLateService({ io, admitted, policy }: PodInput, container: string): void {
  const { image } = imageOf(admitted, container);
  io.log(
    line(
      `WARNING: The service ${plainLine(image.name)} does not listen on its port after ${policy.service_readiness.timeout} s. The job goes on; set CI_DEBUG_SERVICES to see the service's log.`,
      'yellow',
    ),
  );
}
