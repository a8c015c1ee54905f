// What is asked of registries about the images of one job: by the policy, by its profile and by every rule that fits it. All of it
// adds up, so that nothing which a job can choose takes any of it away.
import { expandBraces } from '../policy/pattern/expand-braces.ts';
import { dockerHub } from '../policy/pattern/image-name.ts';
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
  const isMeant = (pattern: string): boolean =>
    (image.digest === null ? [pattern] : withoutTags(pattern)).some((each) =>
      names.some(compilePattern(each)),
    );
  return signatures
    .filter(({ images }) => images === undefined || images.some(isMeant))
    .map(({ keys }) => keys);
}

/**
 * `app:1.*` is about what has such a tag, and nobody knows which tags a digest has or had: it may be any of the repository's. A wildcard
 * of the last part may stand for the colon too, so what follows it (`**-signed`) may be about tags alone.
 */
const withoutTags = (pattern: string): readonly string[] =>
  (expandBraces(pattern) ?? [pattern]).map((each) =>
    each
      .replace(/[:@][^/]*$/, '')
      .replace(/(\*\*|[*?[])[^/]*$/, (_, wildcard: string) => (wildcard === '**' ? '**' : '*')),
  );

/**
 * More than a list would take for the image: a requirement that another spelling escapes is none. By digest, its repository alone
 * counts.
 */
function namesOf(image: ImageReference): readonly string[] {
  const { tag, digest } = image;
  const suffix = digest === null ? `:${tag ?? 'latest'}` : '';
  const spelled = registriesOf(image.registry).flatMap((registry) => {
    const { reference } = parseImageReference(`${registry}/${image.path}${suffix}`);
    return reference === undefined ? [] : spellingsOf(reference);
  });
  return [image.name, ...spelled];
}

/** Other names of Docker Hub, beside those that every runtime takes for it. */
const hubHosts: readonly string[] = ['registry-1.docker.io', 'registry.hub.docker.com'];

/** A registry's host has no case, its port no leading zeros, and 443 is where it is asked anyway. */
function registriesOf(written: string): readonly string[] {
  const plain = written
    .toLowerCase()
    .replace(/:0*(\d+)$/, ':$1')
    .replace(/:443$/, '');
  const host = hubHosts.includes(plain) ? dockerHub : plain;
  const others = host === dockerHub ? hubHosts : [];
  return [written, ...[host, ...others].flatMap((each) => [each, `${each}:443`])];
}
