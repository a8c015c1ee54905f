// The pod that doctor tries the cluster with: made as every job's pod is, of GitLab's helper image alone, so that nothing of an
// author's is needed. It carries our labels and a deadline: should doctor itself be killed, a sweep takes it away.
import { helperImageOf } from '../admission/helper-image.ts';
import type { Manifest } from '../cluster/cluster.ts';
import type { Job, JobService } from '../job/job.ts';
import type { JobPlan } from '../plan/job-plan.ts';
import type { ApiVersion } from '../plan/namespace-proof.ts';
import { planJob } from '../plan/plan-job.ts';
import { nodeArchitecture } from '../pod/node-architecture.ts';
import type { Policy } from '../policy/policy.ts';

export interface SampleInput {
  readonly policy: Policy;
  /** Its security is resolved too, and may be refused where the build's is not. */
  readonly hasService: boolean;
  /** Of the policy's profiles, whoever gets it by its rules; null: what the rules say. */
  readonly profile?: string | null;
  /** What the cluster runs decides how early a pod must prove its user namespace. */
  readonly server: ApiVersion;
  readonly random: string;
  readonly now: Date;
}

/** No job of GitLab's has it. */
const noJob = 0;

export interface SamplePod extends Pick<JobPlan, 'mustProveUserNamespace'> {
  readonly manifest: Manifest;
}

/** @throws Rejection where the policy leaves no user that such a job could run as */
export function samplePod({
  policy,
  hasService,
  profile = null,
  server,
  random,
  now,
}: SampleInput): SamplePod {
  const image = helperImageOf(policy, '', nodeArchitecture(policy, {})).name;
  const plan = planJob({
    job: sampleJob(policy, hasService ? [sampleService(image)] : []),
    // The one name that every policy admits; images are not on trial here.
    policy: { ...policy, default_image: image, ...(profile === null ? {} : rulesFor(profile)) },
    runnerVersion: '',
  });
  const { pod } = plan.objects({ random, now, server });
  return { manifest: pod, mustProveUserNamespace: plan.mustProveUserNamespace };
}

/** The sample's project is nobody's, so no rule of the policy is about it. */
const rulesFor = (profile: string): Pick<Policy, 'rules'> => ({
  rules: [{ when: { project_ids: [noJob] }, profile }],
});

function sampleJob(policy: Policy, services: readonly JobService[]): Job {
  return {
    id: noJob,
    instance: 'doctor',
    name: 'doctor',
    project: { id: noJob, path: 'gitlab-pod-executor/doctor', namespaceId: null },
    repositoryPath: 'gitlab-pod-executor/doctor',
    ref: 'doctor',
    isRefProtected: false,
    timeoutSeconds: policy.timeouts.ready,
    image: null,
    services,
    variables: [],
    registryCredentials: [],
  };
}

function sampleService(name: string): JobService {
  return {
    name,
    entrypoint: null,
    pullPolicies: [],
    kubernetesUser: null,
    dockerUser: null,
    dockerPlatform: null,
    aliases: [],
    command: null,
    variables: [],
  };
}
