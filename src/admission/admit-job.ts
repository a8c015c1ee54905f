// The gate: a job becomes an AdmittedJob, or a list of everything in it that is not allowed.
import { createExpansion } from '../job/expand-variables.ts';
import type { Job, JobService } from '../job/job.ts';
import type { Policy } from '../policy/policy.ts';
import { shortList } from '../text/short-list.ts';
import { createAdmissionContext } from './admission-context.ts';
import { admitDefaultImage, admitImage, type Gate, type RequestedUser } from './admit-image.ts';
import { ownPullPolicies } from './admit-pull-policy.ts';
import { admitOwnVariables, shareVariables } from './admit-service-variables.ts';
import type {
  AdmittedHelper,
  AdmittedImage,
  AdmittedJob,
  AdmittedService,
  AdmittedVariable,
} from './admitted-job.ts';
import { type ChosenProfile, chooseProfile } from './choose-profile.ts';
import { type Architecture, helperImageOf, operatorsImage, usualArchitecture } from './helper-image.ts';
import { findImpossibleAliases } from './impossible-aliases.ts';
import { findMovedProject } from './moved-project.ts';
import type { RejectionFinding } from './rejection.ts';
import { findTooLong, findTooMany, maxServices } from './service-limits.ts';

export interface AdmissionInput {
  readonly job: Job;
  readonly policy: Policy;
  /** `19.4.0`; picks the default helper image. */
  readonly runnerVersion: string;
  /** Of the nodes that the pod goes to, once the profile is known; absent: `amd64`. */
  readonly architectureOf?: (profile: ChosenProfile | null) => Architecture;
  /** GIT_CLONE_PATH as GitLab Runner handed it on. It can bring a refusal, and decides nothing else. */
  readonly clonePath?: string | undefined;
}

export interface AdmitJobResult {
  /** null: there are findings. */
  readonly admitted: AdmittedJob | null;
  /** All at once, in the order of the job. */
  readonly findings: readonly RejectionFinding[];
  /** Whom the job asks to run as, as far as that was admitted, whatever else was found. */
  readonly users: {
    readonly build: RequestedUser;
    readonly services: readonly { readonly index: number; readonly requested: RequestedUser }[];
  };
  /** null: the job runs as the policy says for all. */
  readonly profile: ChosenProfile | null;
  /** What the author should know though the job runs: requests that were left out. */
  readonly notes: readonly string[];
}

/** A job whose services all have one thing that is left out has one mistake many times. */
const maxNotes = 10;

export function admitJob(input: AdmissionInput): AdmitJobResult {
  const { job, policy, runnerVersion } = input;
  const project = { ...job.project, isRefProtected: job.isRefProtected };
  const usual = helperImageOf(policy, runnerVersion, usualArchitecture);
  const context = createAdmissionContext({ ...policy, helper_image: usual.name }, project);
  const expansion = createExpansion(job.variables);
  const gate: Gate = { job, policy, project, context, expansion, findings: [], notes: [], users: new Map() };
  const build = admitBuild(gate);
  const services = admitServices(gate);
  const { profile, finding } = chooseProfile({ job, policy, image: build?.image ?? null });
  if (finding !== null) gate.findings.push(finding);
  const moved = findMovedProject(job, input.clonePath, policy);
  if (moved !== null) gate.findings.push(moved);
  const { findings } = gate;
  if (findings.length > 0 || build === null)
    return { admitted: null, findings, users: usersOf(gate), notes: [], profile };
  const parts: Omit<AdmittedJob, keyof AdmittedMark> = {
    job,
    build,
    helper: helperOf(input, profile),
    services,
    sharedVariables: shared(gate),
  };
  // The one place where the mark of admission is given.
  return {
    admitted: parts as AdmittedJob,
    findings,
    users: usersOf(gate),
    notes: firstOf(gate.notes),
    profile,
  };
}

/** For the nodes that the pod goes to, unless the operator's own image is for all. */
function helperOf(
  { policy, runnerVersion, architectureOf = () => usualArchitecture }: AdmissionInput,
  profile: ChosenProfile | null,
): AdmittedHelper {
  const { helper_image: own = policy.helper_image } = (profile && policy.profiles[profile.name]) ?? {};
  const architecture = architectureOf(profile);
  return {
    image: helperImageOf({ helper_image: own }, runnerVersion, architecture),
    architecture: own === undefined ? architecture : null,
    pullPolicies: ownPullPolicies(policy),
    entrypoint: null,
    user: null,
  };
}

function usersOf({ job, users }: Gate): AdmitJobResult['users'] {
  return {
    build: users.get('image') ?? null,
    services: namedServices(job)
      .slice(0, maxServices)
      .map(({ index, key }) => ({ index, requested: users.get(key) ?? null })),
  };
}

/** A service of the job where its author put it, so that messages, containers and templates name the same one. */
interface PlacedService {
  readonly index: number;
  /** `services[0]` */
  readonly key: string;
  readonly service: JobService;
}

const serviceKey = (index: number): string => `services[${index}]`;

function namedServices({ services }: Job): readonly PlacedService[] {
  return services
    .map((service, index) => ({ index, key: serviceKey(index), service }))
    .filter(({ service }) => service.name !== '');
}

/** As in GitLab's Kubernetes executor (prepareOptions), which says nothing; null: all have a name. */
function noteNameless({ services }: Job): string | null {
  const keys = services.flatMap(({ name }, index) => (name === '' ? [serviceKey(index)] : []));
  if (keys.length === 0) return null;
  const has = keys.length === 1 ? 'has no name and is' : 'have no name and are';
  return `${shortList(keys)} ${has} left out: what the author wrote there comes to nothing in this job.`;
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
  const place = { key: 'image', kind: 'image', gate } as const;
  if (job.image?.name) return admitImage(job.image, place);
  if (policy.default_image === undefined) {
    gate.findings.push({ kind: 'no-image' });
    return null;
  }
  const image = operatorsImage(policy.default_image, 'default_image');
  if (job.image !== null) return admitDefaultImage(image, job.image, place);
  return { image, pullPolicies: ownPullPolicies(policy), entrypoint: null, user: null };
}

function admitServices(gate: Gate): readonly AdmittedService[] {
  const nameless = noteNameless(gate.job);
  if (nameless !== null) gate.notes.push(nameless);
  const placed = namedServices(gate.job);
  const tooMany = findTooMany(placed.map(({ service }) => service));
  gate.findings.push(...tooMany);
  if (tooMany.length > 0) return [];
  const filled = placed.map((each) => ({ ...each, variables: ownVariables(each, gate) }));
  const tooLong = findTooLong(filled);
  if (tooLong !== null) gate.findings.push(tooLong);
  return filled.map((each) => admitService(each, each.variables, gate)).filter((service) => service !== null);
}

function ownVariables({ service, key }: PlacedService, gate: Gate): readonly AdmittedVariable[] {
  const { variables, findings, note } = admitOwnVariables(service, key, gate.expansion);
  gate.findings.push(...findings);
  if (note !== null) gate.notes.push(note);
  return variables;
}

function admitService(
  { service, index, key }: PlacedService,
  variables: readonly AdmittedVariable[],
  gate: Gate,
): AdmittedService | null {
  const image = admitImage(service, { key, kind: 'service', gate });
  gate.findings.push(...findImpossibleAliases(service, key));
  if (image === null) return null;
  return { ...image, index, aliases: service.aliases, command: service.command, variables };
}

function shared({ job, expansion, notes }: Gate): readonly AdmittedVariable[] {
  if (namedServices(job).length === 0) return [];
  const { variables, note } = shareVariables(job.variables, expansion);
  if (note !== null) notes.push(note);
  return variables;
}
