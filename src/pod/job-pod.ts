// The pod of one job, as a manifest: ours, then the operator's template over it, then the security contexts over everything.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import type { Policy, SecurityFields } from '../policy/policy.ts';
import type { ResolvedContext } from '../security/layers.ts';
import type { JobSecurity } from '../security/resolve-context.ts';
import { mustProveUserNamespace } from '../security/user-namespace.ts';
import { buildContainer } from './build-container.ts';
import { controlVolume } from './control-volume.ts';
import { helperContainer } from './helper-container.ts';
import { userNamespaceProof, workspaceDirectory } from './init-containers.ts';
import { jobAnnotations, jobLabels } from './labels.ts';
import type { Container, Manifest, PodSpec } from './manifest.ts';
import { mergeTemplate, type PodDraft } from './merge-template.ts';
import { podName } from './names.ts';
import type { PodParts } from './pod-parts.ts';
import { serviceContainer } from './service-container.ts';
import { serviceHostNames } from './service-names.ts';
import { temporaryVolume } from './temporary-directory.ts';
import { workspaceVolumes } from './workspace.ts';

export interface JobPodRequest {
  readonly admitted: AdmittedJob;
  readonly policy: Policy;
  /** Of the same policy and job; without contradictions. */
  readonly security: JobSecurity;
  /** 8 characters of base32, new for every attempt. */
  readonly random: string;
  readonly now: Date;
  /** The API server is older than 1.33 and does not promise "a user namespace or no pod". */
  readonly mayIgnoreHostUsers: boolean;
  /** Names of Secrets that this attempt made for the job's registry credentials. */
  readonly pullSecrets?: readonly string[];
  /** By container: how many of its pull policies failed in earlier attempts. */
  readonly pullAttempts?: Readonly<Record<string, number>>;
}

/** after_script, artifacts and the runner's own clean-up may follow a job that used all its time. */
const deadlineGraceSeconds = 600;

/** Kubernetes takes no more for activeDeadlineSeconds. */
const longestDeadlineSeconds = 2 ** 31 - 1;

/** PID 1 of build and helper ends on TERM at once; a service that does not listen has had its time. */
const terminationGraceSeconds = 2;

export function buildJobPod(request: JobPodRequest): Manifest {
  const parts = podParts(request);
  const first = request.mayIgnoreHostUsers && isProofNeededEarly(parts) ? [userNamespaceProof(parts)] : [];
  const template = request.policy.pod_template;
  const draft = mergeTemplate(draftPod(request, parts, first), template);
  // Where build works is known only now: a template may have put its work directory inside a volume.
  const directory = workspaceDirectory(draft.spec, parts);
  const pod = directory ? mergeTemplate(draftPod(request, parts, [...first, directory]), template) : draft;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: pod.metadata,
    spec: withSecurity(pod.spec, request.security),
  };
}

/** Services start with the pod, so an early proof is for jobs with services; and only where a proof is asked for. */
function isProofNeededEarly({ admitted, proof }: PodParts): boolean {
  return proof === 'prove' && admitted.services.length > 0;
}

function podParts({ admitted, policy, security, pullAttempts = {} }: JobPodRequest): PodParts {
  const spec = policy.pod_template?.['spec'] as SecurityFields | undefined;
  const runtimeClass = spec?.['runtimeClassName'];
  const mustProve = mustProveUserNamespace(
    policy.user_namespaces,
    typeof runtimeClass === 'string' ? runtimeClass : undefined,
  );
  return {
    admitted,
    policy,
    contextOf: (container) => contextOf(container, security).context,
    proof: mustProve ? 'prove' : 'skip',
    pullAttempts,
  };
}

function draftPod(request: JobPodRequest, parts: PodParts, initContainers: readonly Container[]): PodDraft {
  const { job } = request.admitted;
  const lifetime = Math.min(job.timeoutSeconds + deadlineGraceSeconds, longestDeadlineSeconds);
  return {
    metadata: {
      name: podName(job.id, request.random),
      labels: jobLabels(job),
      annotations: jobAnnotations(job, new Date(request.now.getTime() + lifetime * 1000)),
    },
    spec: {
      hostUsers: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: lifetime,
      terminationGracePeriodSeconds: terminationGraceSeconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      shareProcessNamespace: false,
      ...pullSecretsOf(request),
      ...hostAliasesOf(request.admitted),
      ...(initContainers.length > 0 ? { initContainers } : {}),
      containers: containersOf(parts),
      volumes: volumesOf(parts),
    },
  };
}

function containersOf(parts: PodParts): Container[] {
  const services = parts.admitted.services.map((service, index) => serviceContainer(service, index, parts));
  return [buildContainer(parts), helperContainer(parts), ...services];
}

function volumesOf(parts: PodParts): PodSpec['volumes'] {
  const logLimit = parts.policy.log_limit;
  const temporary = containersOf(parts).flatMap(({ name }) => temporaryVolume(name, parts.contextOf(name)));
  return [
    ...workspaceVolumes,
    controlVolume('build', logLimit),
    controlVolume('helper', logLimit),
    ...temporary,
  ];
}

function pullSecretsOf({ policy, pullSecrets = [] }: JobPodRequest): object {
  // The job's own first: a name that both know is pulled with the author's rights.
  const names = [...pullSecrets, ...policy.image_pull_secrets];
  return names.length > 0 ? { imagePullSecrets: names.map((name) => ({ name })) } : {};
}

/** Containers of a pod share its loopback; a name for it needs neither DNS nor a Service. */
function hostAliasesOf({ services }: AdmittedJob): object {
  const hostnames = serviceHostNames(services);
  return hostnames.length > 0 ? { hostAliases: [{ ip: '127.0.0.1', hostnames }] } : {};
}

function withSecurity(spec: PodSpec, security: JobSecurity): PodSpec {
  const secured = (container: Container): Container => {
    const { context } = contextOf(container.name, security);
    return { ...container, securityContext: context };
  };
  const { initContainers = [], ...rest } = spec;
  return {
    ...rest,
    securityContext: security.pod.context,
    ...(initContainers.length > 0 ? { initContainers: initContainers.map(secured) } : {}),
    containers: spec.containers.map(secured),
  };
}

/** @throws for a container that nobody resolved: without its enforced fields it must not reach a cluster. */
function contextOf(container: string, security: JobSecurity): ResolvedContext {
  const resolved = security.containers[container];
  if (!resolved) throw new Error(`No security context was resolved for container "${container}"`);
  return resolved;
}
