// The verdicts on all that a CI file names, and on the jobs that name nothing: the same for `check --ci-file` and the help page.
import type { Evaluator } from '../admission/evaluate.ts';
import type { CiNames } from '../ci-file/ci-names.ts';
import type { Policy } from '../policy/policy.ts';
import type { CheckedName, Remarks } from './check-report.ts';
import { evaluateImageless } from './imageless-jobs.ts';

/** Names in the order of the file, then the jobs that run nowhere for want of an image. */
export function checkCiNames(
  { names, imageless: jobs, unresolved, overridden }: CiNames,
  evaluate: Evaluator,
  policy: Pick<Policy, 'default_image'>,
): { readonly checked: readonly CheckedName[]; readonly remarks: Remarks } {
  const imageless = evaluateImageless(jobs, policy);
  const named = names.map((found) => ({ verdict: evaluate(found.name, found.kind), found }));
  return {
    checked: [...named, ...imageless.checked],
    remarks: { unresolved: [...unresolved, ...imageless.unresolved], overridden },
  };
}
