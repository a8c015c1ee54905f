// What is asked of registries about the images of one job: by the policy, by its profile and by every rule that fits it. All of it
// adds up, so that nothing which a job can choose takes any of it away.
import type { ImageChecks, Policy, RequiredSignature } from '../policy/policy.ts';
import { appliesTo, type ProjectFacts } from './allow-list.ts';
import type { ImageReference } from './image-reference.ts';
import { compilePattern } from './match/match-pattern.ts';
import { spellingsOf } from './match/spellings.ts';
import { parseImageReference } from './parse-image-reference.ts';

export interface JobImageChecks {
  /** A digest takes the place of each tag. */
  readonly isPinned: boolean;
  readonly signatures: readonly RequiredSignature[];
}

/** Decided on the job as GitLab sent it. @param profile the job's; null: none. @param project null: nobody in particular, whom no rule fits */
export function imageChecksOf(
  policy: Pick<Policy, 'images' | 'profiles' | 'rules'>,
  profile: string | null,
  project: ProjectFacts | null,
): JobImageChecks {
  const own = profile === null ? undefined : policy.profiles[profile]?.images;
  const ofRules = policy.rules.flatMap(({ when, images }) =>
    images !== undefined && project !== null && appliesTo(when, project) ? [images] : [],
  );
  const all: readonly ImageChecks[] = [policy.images ?? {}, own ?? {}, ...ofRules];
  const signatures = all.flatMap(({ require_signature = [] }) => require_signature);
  // What is signed is a digest: the tag may be another image by the time of the pull.
  const isPinned = signatures.length > 0 || all.some(({ resolve }) => resolve === 'digest');
  return { isPinned, signatures };
}

/** The keys that an image needs a signature of: of each list, one. Empty: none is needed. */
export function requiredKeys(
  image: ImageReference,
  { signatures }: JobImageChecks,
): readonly (readonly string[])[] {
  const names = namesOf(image);
  return signatures
    .filter(
      ({ images }) => images === undefined || images.some((pattern) => names.some(compilePattern(pattern))),
    )
    .map(({ keys }) => keys);
}

/**
 * More than a list would take for the image: a requirement that another spelling escapes is none. A registry's host has no case, and
 * 443 is where it is asked anyway.
 */
function namesOf(image: ImageReference): readonly string[] {
  const plain = plainRegistry(image.registry);
  const registries = [plain, `${plain}:443`].filter((registry) => registry !== image.registry);
  const others = registries.flatMap((registry) => {
    const { reference } = parseImageReference(registry + image.canonical.slice(image.registry.length));
    return reference === undefined ? [] : spellingsOf(reference);
  });
  return [...spellingsOf(image), ...others];
}

const plainRegistry = (registry: string): string => registry.toLowerCase().replace(/:443$/, '');
