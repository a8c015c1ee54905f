// The verdict on the jobs of a CI file that name no image.
import { evaluateNoImage } from '../admission/explain/no-image.ts';
import type { ImagelessJob, Unresolved } from '../ci-file/ci-names.ts';
import type { Policy } from '../policy/policy.ts';
import type { CheckedName } from './check-report.ts';

/** A job without an image is rejected where the runner has none for it; where it may yet get one, that is left open. */
export function evaluateImageless(
  jobs: readonly ImagelessJob[],
  policy: Pick<Policy, 'default_image'>,
): { readonly checked: readonly CheckedName[]; readonly unresolved: readonly Unresolved[] } {
  const verdict = evaluateNoImage(policy);
  if (verdict === null) return { checked: [], unresolved: [] };
  return {
    checked: jobs.flatMap((found) => (found.doubt === null ? { verdict, found } : [])),
    unresolved: jobs.flatMap(({ doubt, job, ...place }) =>
      doubt === null ? [] : { ...place, what: `${job}: no image`, why: doubt },
    ),
  };
}
