// The pod of one job, as a manifest: ours, then the operator's template over it, then the security contexts over everything.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import { isExecutorContainer } from '../layout/container-names.ts';
import type { Policy } from '../policy/policy.ts';
import type { JobSecurity } from '../security/job-security.ts';
import type { ResolvedContext } from '../security/layers.ts';
import { templateContainers } from '../security/template-contexts.ts';
import { userNamespaceProof, workspaceDirectory } from './containers/init-containers.ts';
import type { UsedClaim } from './containers/workspace.ts';
import { draftPod } from './draft-pod.ts';
import type { Container, PodManifest, PodSpec } from './manifest.ts';
import { type JobSettings, laySettings, noSettings } from './may-set/job-settings.ts';
import { mergeInitContainers, mergeTemplate } from './merge-template.ts';
import type { PodParts } from './pod-parts.ts';

export interface JobPodInput {
  readonly admitted: AdmittedJob;
  readonly policy: Policy;
  /** Of the same policy and job; without contradictions. */
  readonly security: JobSecurity;
  /** 8 characters of base32, new for every attempt. */
  readonly random: string;
  readonly now: Date;
  /** Its process 1 asks the kernel for a user namespace of the pod's own. */
  readonly mustProveUserNamespace: boolean;
  /** The API server is older than 1.33 and does not promise "a user namespace or no pod". */
  readonly mayIgnoreHostUsers: boolean;
  /** Names of Secrets that this attempt made for the job's registry credentials. */
  readonly pullSecrets?: readonly string[];
  /** By canonical name: the digests that stand in place of tags. */
  readonly digests?: ReadonlyMap<string, string>;
  /** By container: how many of its pull policies failed in earlier attempts. */
  readonly pullAttempts?: Readonly<Record<string, number>>;
  /** A lasting workspace; absent: the workspace goes with the pod. */
  readonly claim?: UsedClaim | null | undefined;
  /** What the job sets of its pod. */
  readonly settings?: JobSettings;
}

export function buildJobPod(input: JobPodInput): PodManifest {
  const parts = podParts(input);
  const template = input.policy.pod_template;
  const { settings = noSettings } = input;
  const { metadata, spec } = laySettings(mergeTemplate(draftPod(parts), template), settings);
  const initContainers = mergeInitContainers(initContainersOf(spec, parts, input), template);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: withSecurity({ ...spec, initContainers }, input),
  };
}

/** Where build works is known only of the merged pod: a template may have put its work directory inside a volume. */
function initContainersOf(spec: PodSpec, parts: PodParts, { mayIgnoreHostUsers }: JobPodInput): Container[] {
  const isEarly = mayIgnoreHostUsers && parts.proof === 'prove' && bringsOthers(parts.admitted, parts.policy);
  const directory = workspaceDirectory(spec, parts);
  return [...(isEarly ? [userNamespaceProof(parts)] : []), ...(directory ? [directory] : [])];
}

/** Whether something that is not ours starts with the pod, or before: services, and what a template brings. */
export function bringsOthers(admitted: AdmittedJob, policy: Policy): boolean {
  const brought = templateContainers(policy.pod_template).filter(({ name }) => !isExecutorContainer(name));
  return admitted.services.length + brought.length > 0;
}

function podParts(input: JobPodInput): PodParts {
  const {
    security,
    mustProveUserNamespace,
    pullSecrets = [],
    pullAttempts = {},
    digests = new Map(),
    claim = null,
  } = input;
  return {
    ...input,
    pullSecrets,
    pullAttempts,
    digests,
    claim,
    contextOf: (container) => contextOf(container, security).context,
    proof: mustProveUserNamespace ? 'prove' : 'skip',
  };
}

/**
 * By default a node walks over all files of a claim before each pod, by their paths there: one that a job made too long for it
 * would keep every later job from starting.
 */
const ofKeptFiles = { fsGroupChangePolicy: 'OnRootMismatch' } as const;

function withSecurity(spec: PodSpec, { security, claim }: JobPodInput): PodSpec {
  const secured = (container: Container): Container => {
    const { context } = contextOf(container.name, security);
    return { ...container, securityContext: context };
  };
  const { initContainers = [], ...rest } = spec;
  return {
    ...rest,
    securityContext: { ...(claim && ofKeptFiles), ...security.pod.context },
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
