// The prepare stage: admits the job or rejects it, starts its pod, proves its user namespace, and hands on where it is.
import { admitJob } from '../../admission/admit-job.ts';
import type { AdmittedJob } from '../../admission/admitted-job.ts';
import { formatRejection } from '../../admission/explain/rejection-message.ts';
import { Rejection } from '../../admission/rejection.ts';
import type { Cluster, Connection, Pod } from '../../cluster/cluster.ts';
import { readJob } from '../../job/read-job.ts';
import { serviceContainer } from '../../layout/container-names.ts';
import { buildsDirectory } from '../../layout/paths.ts';
import { isWorkspaceInPod } from '../../pod/containers/workspace.ts';
import { jobSelector } from '../../pod/labels.ts';
import type { Policy } from '../../policy/policy.ts';
import type { JobSecurity } from '../../security/job-security.ts';
import { resolveSecurity } from '../../security/resolve-context.ts';
import { mustProveUserNamespace } from '../../security/user-namespace.ts';
import { line, sectionEnd, sectionStart } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import { type AttemptState, writeAttemptState } from '../attempt-state.ts';
import { deleteJob } from '../cleanup.ts';
import { startDeadline } from '../deadline.ts';
import { explainInterruption } from '../interruption.ts';
import { readJobFile } from '../job-file.ts';
import { warnCrashes } from '../run/watch-over.ts';
import type { StageIo } from '../stage-io.ts';
import { logLeftOut } from './explain-credentials.ts';
import { logOverridden, rejectContradictions } from './explain-security.ts';
import { type Inspection, inspectContainers } from './inspect-containers.ts';
import { collectCredentials } from './job-credentials.ts';
import { type PodInput, readyPod } from './ready-pod.ts';
import { refuseAliases } from './refuse-aliases.ts';
import { refuseClonePath } from './refuse-clone-path.ts';

export interface PrepareInput {
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

interface Attempt extends PodInput {
  readonly connection: Connection;
}

/** @throws Rejection before any API call; BuildFailure or SystemFailure with no pod left behind */
export async function prepare(request: PrepareInput): Promise<void> {
  const { io, policy } = request;
  const { admitted, security } = admit(request, await readJobFile(io));
  const connection = await request.resolveConnection();
  const cluster = request.connect(connection);
  try {
    const selector = jobSelector(admitted.job);
    await deleteJob(cluster, selector, io.signal);
    const credentials = collectCredentials(admitted.job, io.env);
    logLeftOut(credentials, io);
    try {
      await startPod({
        ...request,
        admitted,
        security,
        credentials,
        connection,
        cluster,
        deadline: startDeadline(policy.timeouts.ready),
      });
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
    io.log(
      line(
        "WARNING: user namespaces are not proven on this runner (`user_namespaces: unproven`). It is for trying out; do not run strangers' jobs on it.",
        'yellow',
      ),
    );
  }
}

/** Nothing is asked of the cluster before this is through. */
function admit(request: PrepareInput, jobText: string): { admitted: AdmittedJob; security: JobSecurity } {
  const { io, policy } = request;
  const job = readJob(jobText);
  try {
    const { admitted, notes } = admitJob({ job, policy, runnerVersion: request.runnerVersion });
    for (const note of notes) io.log(line(plainLine(note), 'yellow'));
    const security = resolveSecurity({
      policy,
      build: admitted.build.user,
      services: admitted.services.map(({ user }) => user),
    });
    rejectContradictions(security, { admitted, policy });
    logOverridden(security, io);
    refuseAliases(admitted, policy, io);
    refuseClonePath(projectDirectory(admitted), policy, io);
    return { admitted, security };
  } catch (error) {
    if (error instanceof Rejection) {
      io.log(formatRejection({ rejection: error, policy, job, nonce: request.random(), now: request.now() }));
    }
    throw error;
  }
}

/** Where GitLab's scripts clone to, when nobody moves it. */
const projectDirectory = ({ job }: AdmittedJob): string => `${buildsDirectory}/${job.repositoryPath}`;

async function startPod(attempt: Attempt): Promise<void> {
  const { io, admitted, policy } = attempt;
  const section = `pod_start_${attempt.random()}`;
  io.log(
    line(
      `Using image ${plainLine(admitted.build.image.name)} and helper ${plainLine(admitted.helper.image.name)}`,
    ),
  );
  io.log(
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
      mustProveUserNamespace: mustProveUserNamespace(policy.user_namespaces, pod.spec.runtimeClassName),
      deadline: attempt.deadline,
      signal: io.signal,
    });
  } finally {
    io.log(sectionEnd(section, attempt.now()));
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  io.log(
    line(
      `Pod ${pod.metadata.name} is ready after ${seconds} s on ${pod.spec.nodeName ?? 'an unnamed node'}: uid ${inspection.uid}, user namespace ${inspection.uidMap}, helper ${inspection.runnerVersion}`,
    ),
  );
  logQuotes(io, inspection);
  await writeState(attempt, pod, inspection);
  await warnCrashes(io, servicesOf(admitted), pod);
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
  { io, policy, connection, admitted }: Attempt,
  pod: Pod,
  inspection: Inspection,
): Promise<void> {
  await writeAttemptState(io, {
    version: 1,
    connection,
    pod: { name: pod.metadata.name, uid: pod.metadata.uid },
    shells: inspection.shells,
    projectDirectory: projectDirectory(admitted),
    isWorkspaceInPod: isWorkspaceInPod(pod.spec),
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
