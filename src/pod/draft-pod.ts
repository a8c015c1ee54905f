// The pod as the executor makes it, before the operator's template and the security contexts.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import { buildContainer, helperContainer, podName } from '../layout/container-names.ts';
import { makeBuildContainer } from './containers/build-container.ts';
import { controlVolume } from './containers/control-volume.ts';
import { makeHelperContainer } from './containers/helper-container.ts';
import { makeServiceContainer } from './containers/service-container.ts';
import { temporaryVolume } from './containers/temporary-directory.ts';
import { userDatabaseAnnotations, userDatabaseVolume } from './containers/user-database.ts';
import { volumesOfWorkspace } from './containers/workspace.ts';
import { jobAnnotations, jobLabels, workspaceLabel } from './labels.ts';
import type { Container, PodSpec } from './manifest.ts';
import type { PodDraft } from './merge-template.ts';
import { architectureLabel } from './node-architecture.ts';
import type { PodParts } from './pod-parts.ts';
import { serviceHostNames } from './service-names.ts';

/** after_script, artifacts and the runner's own clean-up may follow a job that used all its time. */
const deadlineGraceSeconds = 600;

/** Kubernetes takes no more for activeDeadlineSeconds. */
const maxDeadlineSeconds = 2 ** 31 - 1;

/** PID 1 of build and helper ends on TERM at once; a service that does not listen has had its time. */
export const terminationGraceSeconds = 2;

export function draftPod(parts: PodParts): PodDraft {
  const { job } = parts.admitted;
  const containers = containersOf(parts);
  const lifetime = Math.min(job.timeoutSeconds + deadlineGraceSeconds, maxDeadlineSeconds);
  return {
    metadata: {
      name: podName(job.id, parts.random),
      labels: { ...jobLabels(job), ...(parts.claim ? { [workspaceLabel]: parts.claim.key } : {}) },
      annotations: {
        ...jobAnnotations(job, new Date(parts.now.getTime() + lifetime * 1000)),
        ...userDatabaseAnnotations(parts),
      },
    },
    spec: {
      hostUsers: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: lifetime,
      terminationGracePeriodSeconds: terminationGraceSeconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      shareProcessNamespace: false,
      ...pullSecretsOf(parts),
      ...nodeSelectorOf(parts.admitted),
      ...hostAliasesOf(parts.admitted),
      containers,
      volumes: volumesOf(containers, parts),
    },
  };
}

function containersOf(parts: PodParts): Container[] {
  const services = parts.admitted.services.map((service) => makeServiceContainer(service, parts));
  return [makeBuildContainer(parts), makeHelperContainer(parts), ...services];
}

function volumesOf(
  containers: readonly Container[],
  { policy, contextOf, claim }: PodParts,
): PodSpec['volumes'] {
  const logLimit = policy.log_limit;
  const temporary = containers.flatMap(({ name }) => temporaryVolume(name, contextOf(name)));
  return [
    ...volumesOfWorkspace(claim),
    controlVolume(buildContainer, logLimit),
    controlVolume(helperContainer, logLimit),
    userDatabaseVolume,
    ...temporary,
  ];
}

function pullSecretsOf({ policy, pullSecrets }: PodParts): object {
  // The job's own first: a name that both know is pulled with the author's rights.
  const names = [...pullSecrets, ...policy.image_pull_secrets];
  return names.length > 0 ? { imagePullSecrets: names.map((name) => ({ name })) } : {};
}

/** GitLab's helper image is made for one architecture: a cluster may have nodes of others. */
function nodeSelectorOf({ helper: { architecture } }: AdmittedJob): object {
  return architecture === null ? {} : { nodeSelector: { [architectureLabel]: architecture } };
}

/** Containers of a pod share its loopback; a name for it needs neither DNS nor a Service. */
function hostAliasesOf({ services }: AdmittedJob): object {
  const hostnames = serviceHostNames(services);
  return hostnames.length > 0 ? { hostAliases: [{ ip: '127.0.0.1', hostnames }] } : {};
}
