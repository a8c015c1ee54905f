// The proof by trial: one real pod of GitLab's helper image, made and looked at as a job's pod is. It is deleted whatever happens.
import type { Cluster, Pod } from '../cluster/cluster.ts';
import { explainPullFailure } from '../diagnosis/pull-failure.ts';
import { newSaidPulls } from '../diagnosis/said-pulls.ts';
import { buildContainer, helperContainer } from '../layout/container-names.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import type { Policy } from '../policy/policy.ts';
import { explainIdMap } from '../security/user-namespace.ts';
import { startDeadline } from '../stage/deadline.ts';
import { type Inspection, inspectContainers } from '../stage/prepare/inspect-containers.ts';
import { waitUntilReady } from '../stage/prepare/wait-until-ready.ts';
import { deletePodInTime } from '../stream/delete-pod.ts';
import { plainLine } from '../text/plain-text.ts';
import { ask, foundOf, remediesOf } from './call.ts';
import { type DoctorFinding, fail, ok, type Remedy, skip, warn } from './doctor-finding.ts';
import { checkImageBuilds, imageBuildsNotTried, isOfImageBuilds } from './image-builds/image-builds.ts';
import { checkClosedWays, closedWays } from './network/closed-ways.ts';
import { checkWayOut, wayOut } from './network/way-out.ts';
import { type Platform, remedyNodes } from './platform.ts';
import type { SamplePod } from './sample.ts';

export interface ProbeInput extends SamplePod {
  readonly cluster: Cluster;
  readonly platform: Platform | null;
  readonly policy: Policy;
  /** Also try what its jobs may do towards building images; null: no profile was asked for. */
  readonly profile?: string | null;
  /** To reach from the pod; null: nobody said where GitLab is. */
  readonly gitlab: URL | null;
  /** False: only whether a pod starts there and has a user namespace. */
  readonly isWhole?: boolean;
  readonly now: () => Date;
  /** One line of progress, safe to print. */
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

type PodIdentity = Pick<Pod['metadata'], 'name' | 'uid'>;

const checks = { pod: 'probe pod', namespace: 'user namespace', image: 'helper image' } as const;

export const probeNotTried = (why: string): DoctorFinding => skip(checks.pod, why);

export async function probeCluster(request: ProbeInput): Promise<readonly DoctorFinding[]> {
  const { profile = null } = request;
  const findings = await probePod(request);
  return [
    ...findings,
    ...(findings.some(({ check }) => check === wayOut) ? [] : needsPod(wayOut, closedWays)),
    ...(profile === null || findings.some(isOfImageBuilds) ? [] : imageBuildsNotTried(noPod)),
  ];
}

export async function probePod(request: ProbeInput): Promise<readonly DoctorFinding[]> {
  const made = await ask(
    (limit) => request.cluster.createPod(request.manifest, { signal: limit }),
    request.signal,
  );
  if ('refused' in made) {
    // A full quota passes; it says nothing about the cluster.
    const worse = made.refused.code === 'quota' ? warn : fail;
    const { refused } = made;
    return [
      worse(checks.pod, foundOf(refused), ...remediesOf(refused)),
      ...needsPod(checks.namespace, checks.image),
    ];
  }
  const pod = made.answer.metadata;
  request.onProgress(`waiting for pod ${pod.name}`);
  try {
    return await tryOut(pod, request);
  } catch (error) {
    request.signal.throwIfAborted();
    if (!(error instanceof SystemFailure || error instanceof BuildFailure)) throw error;
    return explainTrial(error, pod, request.platform);
  } finally {
    await remove(pod, request.cluster);
  }
}

async function tryOut({ name, uid }: PodIdentity, request: ProbeInput): Promise<DoctorFinding[]> {
  const {
    cluster,
    policy,
    profile = null,
    isWhole = true,
    mustProveUserNamespace,
    now,
    onProgress,
    signal,
  } = request;
  const started = now();
  const deadline = startDeadline(policy.timeouts.ready);
  const readiness = await waitUntilReady({
    saidPulls: newSaidPulls(),
    cluster,
    pod: { name, uid },
    containers: [buildContainer, helperContainer],
    deadline,
    serviceSeconds: policy.service_readiness.timeout,
    log: onProgress,
    signal,
  });
  if (readiness.kind === 'pull-failed') throw explainPullFailure(readiness.failure, { chosenBy: 'operator' });
  const { pod } = readiness;
  const mustProve = mustProveUserNamespace(pod.spec);
  const inspection = await inspectContainers({
    cluster,
    pod: { name, uid },
    mustProveUserNamespace: mustProve,
    deadline,
    signal,
  });
  const seconds = ((now().getTime() - started.getTime()) / 1000).toFixed(1);
  const basics = [
    ok(
      checks.pod,
      `${name} took work after ${seconds} s on node ${plainLine(pod.spec.nodeName ?? '?')}; deleted again`,
    ),
    evaluateNamespace(inspection, mustProve),
    ok(checks.image, `${helperImageOf(pod)}: gitlab-runner ${inspection.runnerVersion}`),
  ];
  if (!isWhole) return basics;
  return [
    ...basics,
    await checkWayOut({ ...request, pod: { name } }),
    await checkClosedWays({ ...request, pod: { name } }),
    ...(profile === null ? [] : await checkImageBuilds({ ...request, profile, pod: { name } })),
  ];
}

function evaluateNamespace({ uidMap, uid }: Inspection, isProven: boolean): DoctorFinding {
  const found = `uid_map reads "${plainLine(uidMap)}", the job's user is ${plainLine(uid)}`;
  const fault = isProven ? null : explainIdMap(uidMap);
  if (fault === null) return ok(checks.namespace, `proven: ${found}`);
  return warn(
    checks.namespace,
    `not proven, nor asked for by \`user_namespaces\` of the policy: ${found} (${fault})`,
  );
}

function helperImageOf({ spec }: Pod): string {
  const containers = spec['containers'] as readonly { readonly name: string; readonly image: string }[];
  return plainLine(containers.find(({ name }) => name === helperContainer)?.image ?? '?');
}

/** Which of the three rows the failure is about. */
function explainTrial(
  failure: SystemFailure | BuildFailure,
  { name }: PodIdentity,
  platform: Platform | null,
): DoctorFinding[] {
  const seen = foundOf(failure);
  const remedies = remediesOf(failure);
  const made = ok(checks.pod, `${name} was made; deleted again`);
  switch (failure.code) {
    // Its own advice points jobs at this command, and here it is already running.
    case 'user-namespace':
      return [
        made,
        fail(checks.namespace, seen, ...(platform === null ? [] : [remedyNodes(platform)]), fitNodes),
        ...needsPod(checks.image),
      ];
    case 'image-registry':
      return [made, ...needsPod(checks.namespace), fail(checks.image, seen, setHelper, ...remedies)];
    case 'helper-incomplete':
      return [made, ok(checks.namespace, 'no fault found'), fail(checks.image, seen, setHelper, ...remedies)];
    default:
      return [fail(checks.pod, seen, ...remedies), ...needsPod(checks.namespace, checks.image)];
  }
}

const noPod = 'needs a pod that takes work';

function needsPod(...names: readonly string[]): DoctorFinding[] {
  return names.map((check) => skip(check, noPod));
}

const fitNodes: Remedy = {
  text: 'Every node that jobs may run on needs Linux 6.3, containerd 2.0 or CRI-O 1.25, runc 1.2 or crun 1.9, each or newer, and its volumes on a file system with id-mapped mounts (ext4, xfs, btrfs, overlayfs, tmpfs; not NFS). What they have:',
  code: [
    'kubectl get nodes -o wide',
    `kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.status.runtimeHandlers}{"\\n"}{end}'`,
  ].join('\n'),
};

const setHelper: Remedy = {
  text: "In the policy, set GitLab's helper image of your runner's version, by a name that the nodes can pull:",
  code: 'helper_image: registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v19.4.0',
};

/** Long enough for a busy API server; Ctrl-C does not shorten it, because the pod would stay. */
const removeMilliseconds = 10_000;

/** Should it fail, the pod ends by its own deadline, and the next sweep removes it. */
async function remove(pod: PodIdentity, cluster: Cluster): Promise<void> {
  await deletePodInTime(cluster, pod, AbortSignal.timeout(removeMilliseconds));
}
