// Which profile of the policy a job's pod gets: the first that a rule gives it, or the one of those that it asks for.
import type { Job } from '../job/job.ts';
import type { Policy, PolicyRule } from '../policy/policy.ts';
import { formatKeyPath } from '../policy/problem.ts';
import { plainLine } from '../text/plain-text.ts';
import { shortList } from '../text/short-list.ts';
import { appliesTo } from './allow-list.ts';
import type { ImageReference } from './image-reference.ts';
import { compilePattern } from './match/match-pattern.ts';
import { spellingsOf } from './match/spellings.ts';
import { buildImageOf, type ExplainedFinding } from './rejection.ts';

const profileVariable = 'POD_PROFILE';

export interface ChosenProfile {
  readonly name: string;
  /** For the author: the rule, and what of it holds. A clause. */
  readonly because: string;
}

export interface ProfileChoice {
  readonly profile: ChosenProfile | null;
  readonly finding: ExplainedFinding | null;
}

const none: ProfileChoice = { profile: null, finding: null };
/** Characters of a name that the policy does not have. */
const maxShownLength = 64;

export interface ProfileInput {
  readonly job: Job;
  readonly policy: Policy;
  /** The image of the build, as it was checked; null: it was refused, and fits no condition. */
  readonly image: ImageReference | null;
}

/** Decided on the job as GitLab sent it, whose variables can only choose among what rules already allow. */
export function chooseProfile(input: ProfileInput): ProfileChoice {
  const { job, policy } = input;
  const allowed = allowedProfiles(input);
  const requested = job.variables.findLast(({ key }) => key === profileVariable)?.value.trim() ?? '';
  if (requested === '') return { ...none, profile: allowed[0] ?? null };
  const chosen = allowed.find(({ name }) => name === requested);
  if (chosen !== undefined)
    return {
      ...none,
      profile: { ...chosen, because: `${chosen.because}, and ${profileVariable} asks for it` },
    };
  return { ...none, finding: refused(requested, allowed, job, policy) };
}

/** Each name once, with the first rule that gives it. */
function allowedProfiles({ job, policy, image }: ProfileInput): readonly ChosenProfile[] {
  const project = { ...job.project, isRefProtected: job.isRefProtected };
  const found = new Map<string, ChosenProfile>();
  for (const [index, rule] of policy.rules.entries()) {
    const { profile: name, when } = rule;
    if (name === undefined || found.has(name)) continue;
    if (!appliesTo(when, project) || !fitsImage(when, image, policy)) continue;
    found.set(name, {
      name,
      because: `${formatKeyPath(['rules', index])} gives it by ${conditionsOf(when)}`,
    });
  }
  return [...found.values()];
}

/** As the lists compare names. */
function fitsImage(
  { images }: PolicyRule['when'],
  image: ImageReference | null,
  { image_matching }: Policy,
): boolean {
  if (images === undefined || image === null) return images === undefined;
  const names = image_matching === 'canonical' ? spellingsOf(image) : [image.name];
  return images.some((pattern) => names.some(compilePattern(pattern)));
}

const words: Readonly<Record<keyof PolicyRule['when'], string>> = {
  projects: 'project',
  project_ids: 'project',
  namespace_ids: 'group',
  protected_ref: 'protection of the ref',
  images: 'image',
};

function conditionsOf(when: PolicyRule['when']): string {
  const keys = Object.keys(when) as (keyof PolicyRule['when'])[];
  return [...new Set(keys.map((key) => words[key]))].join(', ');
}

function refused(
  requested: string,
  allowed: readonly ChosenProfile[],
  job: Job,
  policy: Policy,
): ExplainedFinding {
  const names = allowed.map(({ name }) => `\`${name}\``);
  return {
    kind: 'profile',
    key: profileVariable,
    requested: plainLine(requested.slice(0, maxShownLength)),
    reason: "No rule of the runner's policy gives this job a profile of that name.",
    instead:
      names.length === 0
        ? `Take ${profileVariable} out of the job's variables: it runs as all other jobs do.`
        : `Write ${shortList(names)}, or leave it out.`,
    ...buildImageOf(job, policy),
  };
}
