// The gate: a job becomes an AdmittedJob, or a Rejection that names everything in it that is not allowed.
import { createExpansion, type Expansion } from '../job/expand-variables.ts';
import type { Job, JobImage, JobService } from '../job/job.ts';
import type { Policy } from '../policy/policy.ts';
import { type AdmissionContext, createAdmissionContext } from './admission-context.ts';
import { admitPullPolicies, ownPullPolicies } from './admit-pull-policy.ts';
import { admitOwnVariables, shareVariables } from './admit-service-variables.ts';
import { admitUser } from './admit-user.ts';
import type { AdmittedImage, AdmittedJob, AdmittedService, AdmittedVariable } from './admitted-job.ts';
import type { ProjectFacts } from './allow-list.ts';
import { evaluateName } from './evaluate.ts';
import { type HelperArchitecture, helperImageOf, operatorsImage } from './helper-image.ts';
import type { ImageReference } from './image-reference.ts';
import { Rejection, type RejectionFinding } from './rejection.ts';
import { findTooLong, findTooMany } from './service-limits.ts';
import type { ImageKind } from './verdict.ts';

export interface AdmissionInput {
  readonly job: Job;
  readonly policy: Policy;
  /** `19.4.0`; picks the default helper image. */
  readonly runnerVersion: string;
  readonly architecture?: HelperArchitecture;
}

export interface AdmitJobResult {
  readonly admitted: AdmittedJob;
  /** What the author should know though the job runs: wishes that were left out. */
  readonly notes: readonly string[];
}

interface Gate extends AdmissionInput {
  readonly project: ProjectFacts;
  readonly context: AdmissionContext;
  readonly expansion: Expansion;
  readonly findings: RejectionFinding[];
  readonly notes: string[];
}

/** A job whose services all have one thing that is left out has one mistake many times. */
const maxNotes = 10;

/** @throws Rejection with all findings at once */
export function admitJob(request: AdmissionInput): AdmitJobResult {
  const { job, policy, runnerVersion, architecture = 'x86_64' } = request;
  const project = { ...job.project, isRefProtected: job.isRefProtected };
  const helper = helperImageOf(policy, runnerVersion, architecture);
  const context = createAdmissionContext({ ...policy, helper_image: helper.name }, project);
  const expansion = createExpansion(job.variables);
  const gate: Gate = { ...request, project, context, expansion, findings: [], notes: [] };
  const build = admitBuild(gate);
  const services = admitServices(gate);
  if (gate.findings.length > 0 || build === null)
    throw new Rejection(gate.findings, policy.rejection.exit_code);
  const parts: Omit<AdmittedJob, keyof AdmittedMark> = {
    job,
    build,
    helper: { image: helper, pullPolicies: ownPullPolicies(policy), entrypoint: null, user: null },
    services,
    sharedVariables: shared(gate),
  };
  // The one place where the mark of admission is given.
  return { admitted: parts as AdmittedJob, notes: firstOf(gate.notes) };
}

function firstOf(notes: readonly string[]): readonly string[] {
  return notes.length > maxNotes
    ? [...notes.slice(0, maxNotes), `${notes.length - maxNotes} more things of the services are left out.`]
    : notes;
}

type AdmittedMark = { readonly [Key in keyof AdmittedJob as Key extends symbol ? Key : never]: true };

/** null: there is a finding. */
function admitBuild(gate: Gate): AdmittedImage | null {
  const { job, policy } = gate;
  if (job.image !== null) return admitImage(job.image, { key: 'image', kind: 'image', gate });
  if (policy.default_image === undefined) {
    gate.findings.push({ kind: 'no-image' });
    return null;
  }
  const image = operatorsImage(policy.default_image, 'default_image');
  return { image, pullPolicies: ownPullPolicies(policy), entrypoint: null, user: null };
}

function admitServices(gate: Gate): readonly AdmittedService[] {
  const { services } = gate.job;
  const tooMany = findTooMany(services);
  gate.findings.push(...tooMany);
  if (tooMany.length > 0) return [];
  const own = services.map((service, index) => ownVariables(service, `services[${index}]`, gate));
  const tooLong = findTooLong(services, own);
  if (tooLong !== null) gate.findings.push(tooLong);
  return services
    .map((service, index) => admitService(service, own[index] ?? [], { key: `services[${index}]`, gate }))
    .filter((service) => service !== null);
}

function ownVariables(service: JobService, key: string, gate: Gate): readonly AdmittedVariable[] {
  const { variables, findings, note } = admitOwnVariables(service, key, gate.expansion);
  gate.findings.push(...findings);
  if (note !== null) gate.notes.push(note);
  return variables;
}

function admitService(
  service: JobService,
  variables: readonly AdmittedVariable[],
  { key, gate }: { key: string; gate: Gate },
): AdmittedService | null {
  const image = admitImage(service, { key, kind: 'service', gate });
  return image === null ? null : { ...image, aliases: service.aliases, command: service.command, variables };
}

function shared({ job, expansion, notes }: Gate): readonly AdmittedVariable[] {
  if (job.services.length === 0) return [];
  const { variables, note } = shareVariables(job.variables, expansion);
  if (note !== null) notes.push(note);
  return variables;
}

/** Goes on after a finding, so that the author hears of the next one too. */
function admitImage(
  requested: JobImage,
  { key, kind, gate }: { key: string; kind: ImageKind; gate: Gate },
): AdmittedImage | null {
  const { policy, project, findings, notes, expansion } = gate;
  const image = admitName(requested.name, { key, kind, gate });
  const pulls = admitPullPolicies(requested.pullPolicies, { key: `${key}:pull_policy`, policy, project });
  const user = admitUser(requested, { prefix: key, policy, expansion });
  const about = { image: requested.name, imageKind: kind };
  if ('finding' in pulls) findings.push({ ...pulls.finding, ...about });
  else if (pulls.note !== null) notes.push(pulls.note);
  if ('finding' in user) findings.push({ ...user.finding, ...about });
  if (requested.dockerPlatform)
    notes.push(`${key}:docker:platform is left out: the cluster's nodes decide the platform.`);
  if (image === null || 'finding' in pulls || 'finding' in user) return null;
  return { image, pullPolicies: pulls.pullPolicies, entrypoint: requested.entrypoint, user: user.user };
}

function admitName(
  name: string,
  { key, kind, gate }: { key: string; kind: ImageKind; gate: Gate },
): ImageReference | null {
  const { verdict, admitted } = evaluateName(name, kind, gate.context);
  if (admitted === null) gate.findings.push({ kind: 'name', key, verdict });
  return admitted;
}
