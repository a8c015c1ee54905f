// The most important act: job + policy → all that is made for the job, or a rejection that names everything in its way.
// prepare makes what stands here, print-pod shows it, doctor tries it out.
import { admitJob } from '../admission/admit-job.ts';
import type { AdmittedJob } from '../admission/admitted-job.ts';
import type { ChosenProfile } from '../admission/choose-profile.ts';
import { explainUnknownProtection } from '../admission/explain/unknown-protection.ts';
import { imageChecksOf } from '../admission/image-checks.ts';
import { Rejection } from '../admission/rejection.ts';
import type { Job } from '../job/job.ts';
import { projectDirectory } from '../job/project-directory.ts';
import { isDockerDaemon, noDockerDaemon } from '../layout/docker-daemon.ts';
import { applyProfile } from '../pod/apply-profile.ts';
import { bringsOthers, buildJobPod } from '../pod/job-pod.ts';
import { nodeArchitecture } from '../pod/node-architecture.ts';
import type { Policy } from '../policy/policy.ts';
import type { JobSecurity } from '../security/job-security.ts';
import { resolveSecurity } from '../security/resolve-context.ts';
import { describeIneffective } from './describe-ineffective.ts';
import { describeLeftOut } from './explain-credentials.ts';
import { describeOverridden, findContradictions } from './explain-security.ts';
import { collectCredentials, type JobCredentials } from './job-credentials.ts';
import type { JobObjects, JobPlan, PodAttempt } from './job-plan.ts';
import { describeUnproven, isUserNamespacePromised, mustProve } from './namespace-proof.ts';
import { admitOverwrites, type Overwrites } from './overwrites/admit-overwrites.ts';
import { planPullSecret } from './plan-pull-secret.ts';
import { planServiceSecrets } from './plan-service-secrets.ts';
import type { ReportedVariables } from './reported-variables.ts';

export interface PlanInput {
  readonly job: Job;
  readonly policy: Policy;
  /** `19.4.0`; picks the default helper image. */
  readonly runnerVersion: string;
  readonly reported?: ReportedVariables;
}

/** @throws Rejection with all findings, of whatever kind, at once */
export function planJob({ job, policy: written, runnerVersion, reported = {} }: PlanInput): JobPlan {
  const { clonePath, dockerAuthConfig } = reported;
  const { admitted, findings, notes, users, profile } = admitJob({
    job,
    policy: written,
    runnerVersion,
    clonePath,
    architectureOf(chosen) {
      const policy = policyOf(written, chosen);
      return nodeArchitecture(policy, admitOverwrites(job, policy).settings.nodeSelector);
    },
  });
  const policy = policyOf(written, profile);
  const security = resolveSecurity({ policy, ...users });
  const overwrites = admitOverwrites(job, policy);
  const all = [...findings, ...findContradictions(security, job, policy), ...overwrites.findings];
  if (admitted === null || all.length > 0) throw new Rejection(all, policy.rejection.exit_code);
  const credentials = collectCredentials(job, dockerAuthConfig);
  const parts: PlanParts = { admitted, policy, security, credentials, overwrites };
  return {
    admitted,
    policy,
    profile,
    imageChecks: imageChecksOf(written, profile?.name ?? null, {
      ...job.project,
      isRefProtected: job.isRefProtected,
    }),
    security,
    credentials,
    projectDirectory: projectDirectory(job),
    granted: overwrites.granted,
    notes: [...notes, ...describeOverridden(security), ...describeIneffective(admitted, policy)],
    warnings: [
      ...describeLeftOut(credentials),
      ...noteDockerDaemons(admitted),
      ...asList(explainUnknownProtection(job, policy)),
      ...asList(describeUnproven(policy)),
    ],
    needsServerVersion: mustProve(policy) && bringsOthers(admitted, policy),
    mustProveUserNamespace: (made) => mustProve(policy, made),
    objects: (attempt) => planObjects(attempt, parts),
  };
}

function policyOf(written: Policy, profile: ChosenProfile | null): Policy {
  return profile === null ? written : applyProfile(written, profile.name);
}

const asList = (text: string | null): string[] => (text === null ? [] : [text]);

/** The job would wait in vain for one, under whatever policy. */
function noteDockerDaemons({ services }: AdmittedJob): string[] {
  return services
    .filter(({ image }) => isDockerDaemon(image.name))
    .map(({ index, image }) => `services[${index}] is ${image.name}. ${noDockerDaemon}`);
}

interface PlanParts {
  readonly admitted: AdmittedJob;
  readonly policy: Policy;
  readonly security: JobSecurity;
  readonly credentials: JobCredentials;
  readonly overwrites: Overwrites;
}

function planObjects(
  { random, now, server, digests = new Map(), pullAttempts = {}, claim }: PodAttempt,
  { admitted, policy, security, credentials, overwrites }: PlanParts,
): JobObjects {
  const owner = { job: admitted.job, random };
  const pull = planPullSecret(owner, credentials);
  const pod = buildJobPod({
    admitted,
    policy,
    security,
    random,
    now,
    mustProveUserNamespace: mustProve(policy),
    mayIgnoreHostUsers: !isUserNamespacePromised(server),
    pullSecrets: pull.map(({ metadata }) => metadata.name),
    digests,
    pullAttempts,
    claim,
    settings: overwrites.settings,
  });
  return { pod, secrets: [...pull, ...planServiceSecrets(owner, admitted)] };
}
