// One image or service of a job: its name, when it is pulled, and whom it runs as.
import type { Expansion } from '../job/expand-variables.ts';
import type { Job, JobImage } from '../job/job.ts';
import type { Policy } from '../policy/policy.ts';
import type { AdmissionContext } from './admission-context.ts';
import { admitPullPolicies } from './admit-pull-policy.ts';
import { admitUser } from './admit-user.ts';
import type { AdmittedImage } from './admitted-job.ts';
import type { ProjectFacts } from './allow-list.ts';
import { evaluateName } from './evaluate.ts';
import type { ImageReference } from './image-reference.ts';
import type { RejectionFinding } from './rejection.ts';
import type { ImageKind } from './verdict.ts';

export type RequestedUser = AdmittedImage['user'];

/** What one job is admitted with, and what was found so far. */
export interface Gate {
  readonly job: Job;
  readonly policy: Policy;
  readonly project: ProjectFacts;
  readonly context: AdmissionContext;
  readonly expansion: Expansion;
  readonly findings: RejectionFinding[];
  readonly notes: string[];
  /** By key: `image`, `services[0]`. */
  readonly users: Map<string, RequestedUser>;
}

interface Place {
  readonly key: string;
  readonly kind: ImageKind;
  readonly gate: Gate;
}

/** Goes on after a finding, so that the author reads of the next one too. */
export function admitImage(requested: JobImage, place: Place): AdmittedImage | null {
  return withOptions(admitName(requested.name, place), requested, place);
}

/** The operator's image, for a job that names none: what it asks for besides the name holds for this one, as in GitLab Runner. */
export function admitDefaultImage(
  image: ImageReference,
  requested: JobImage,
  place: Place,
): AdmittedImage | null {
  return withOptions(image, { ...requested, name: image.name }, place);
}

function withOptions(
  image: ImageReference | null,
  requested: JobImage,
  { key, kind, gate }: Place,
): AdmittedImage | null {
  const { policy, project, findings, notes, expansion } = gate;
  const pulls = admitPullPolicies(requested.pullPolicies, { key: `${key}:pull_policy`, policy, project });
  const user = admitUser(requested, { prefix: key, policy, expansion });
  const about = { image: requested.name, imageKind: kind };
  if ('finding' in pulls) findings.push({ ...pulls.finding, ...about });
  else if (pulls.note !== null) notes.push(pulls.note);
  if ('finding' in user) findings.push({ ...user.finding, ...about });
  else gate.users.set(key, user.user);
  if (requested.dockerPlatform)
    notes.push(`${key}:docker:platform is left out: the cluster's nodes decide the platform.`);
  if (image === null || 'finding' in pulls || 'finding' in user) return null;
  return { image, pullPolicies: pulls.pullPolicies, entrypoint: requested.entrypoint, user: user.user };
}

function admitName(name: string, { key, kind, gate }: Place): ImageReference | null {
  const { verdict, admitted } = evaluateName(name, kind, gate.context);
  if (admitted === null) gate.findings.push({ kind: 'name', key, verdict });
  return admitted;
}
