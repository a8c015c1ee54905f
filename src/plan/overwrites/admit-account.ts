// The service account that a job asks for. It gets no token of it: what it changes is what a cluster ties to the name.

import type { ExplainedFinding } from '../../admission/rejection.ts';
import { isDnsSubdomain } from '../../layout/host-name.ts';
import { matchText } from '../../pod/may-set/match-text.ts';
import { shortList } from '../../text/short-list.ts';
import { accountVariable } from './overwrite-variables.ts';
import type { Refuse, Requested } from './requested.ts';

export interface AdmittedAccount {
  readonly name: string | null;
  readonly findings: readonly ExplainedFinding[];
}

/** `patterns`: of the policy. */
export function admitAccount(
  patterns: readonly string[],
  { requested, refuse }: { readonly requested: readonly Requested[]; readonly refuse: Refuse },
): AdmittedAccount {
  const asked = requested.find(({ name }) => name === accountVariable);
  if (asked === undefined) return { name: null, findings: [] };
  const { value } = asked;
  if (value !== null && isDnsSubdomain(value) && patterns.some((pattern) => matchText(pattern, value)))
    return { name: value, findings: [] };
  const allowed = patterns.map((pattern) => `\`${pattern}\``);
  const reason = "No pattern of this runner's policy allows it (`job_may_set.service_account`).";
  const instead =
    allowed.length === 0 ? 'Leave it out.' : `Allowed is ${shortList(allowed)}; or leave it out.`;
  return { name: null, findings: [refuse(asked, { reason, instead })] };
}
