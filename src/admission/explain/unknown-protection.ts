// What a job reads where nobody knows whether its branch or tag is protected, and the policy asks.
import type { AdmissionPolicy, ProjectFacts } from '../allow-list.ts';

/** null: it is known, or no rule asks. */
export function explainUnknownProtection(
  { isRefProtected }: Pick<ProjectFacts, 'isRefProtected'>,
  { rules }: Pick<AdmissionPolicy, 'rules'>,
): string | null {
  if (isRefProtected !== null || rules.every(({ when }) => when.protected_ref === undefined)) return null;
  return 'It is not known whether this branch or tag is protected, so no rule with `protected_ref` applies. GitLab 18.3 and newer say it for sure; an older one does where neither the job nor its project sets a variable CI_COMMIT_REF_PROTECTED or CI_SERVER_VERSION.';
}
