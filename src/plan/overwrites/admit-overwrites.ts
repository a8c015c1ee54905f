// What a job sets of its pod by GitLab's variables, on its job file alone: what the policy leaves to jobs, within its bounds. As with
// GitLab's executor a job that asks for more does not run.
import type { ExplainedFinding } from '../../admission/rejection.ts';
import { createExpansion } from '../../job/expand-variables.ts';
import type { Job } from '../../job/job.ts';
import { type JobSettings, noSettings } from '../../pod/may-set/job-settings.ts';
import { type Setting, settingLists } from '../../pod/may-set/setting.ts';
import type { Policy } from '../../policy/policy.ts';
import { admitAccount } from './admit-account.ts';
import { admitAmounts } from './admit-amounts.ts';
import { admitSettings } from './admit-settings.ts';
import { accountVariable, settingPrefixes } from './overwrite-variables.ts';
import { ownRequestsOf, refuseFor, requestsOf } from './requested.ts';

export interface Overwrites {
  readonly settings: JobSettings;
  readonly findings: readonly ExplainedFinding[];
  /** What the job sets, for its log: clauses. */
  readonly granted: readonly string[];
}

type PolicyPart = Pick<Policy, 'default_image' | 'resources' | 'pod_template' | 'job_may_set'>;

const none: Overwrites = { settings: noSettings, findings: [], granted: [] };

/** `policy`: with the job's profile laid over it. */
export function admitOverwrites(job: Job, policy: PolicyPart): Overwrites {
  const { job_may_set: maySet } = policy;
  if (maySet === undefined) return none;
  const expansion = createExpansion(job.variables);
  const requested = requestsOf(job.variables, expansion);
  const services = job.services.flatMap(({ name, variables }, index) =>
    name === '' ? [] : [{ index, own: ownRequestsOf(variables, index, expansion) }],
  );
  if (requested.length + services.flatMap(({ own }) => own).length === 0) return none;
  const refuse = refuseFor(job, policy);
  const amounts = admitAmounts({ job: requested, services, policy, refuse });
  const [selectors, tolerations, labels, annotations] = settingLists.map((list) =>
    maySet[list] === undefined ? nothing : admitSettings(list, maySet[list], { requested, refuse }),
  ) as [Admitted, Admitted, Admitted, Admitted];
  const account =
    maySet.service_account === undefined
      ? { name: null, findings: [] }
      : admitAccount(maySet.service_account, { requested, refuse });
  return {
    settings: {
      amounts: amounts.amounts,
      nodeSelector: textsOf(selectors.settings),
      tolerations: tolerations.settings.map(tolerationOf),
      labels: textsOf(labels.settings),
      annotations: textsOf(annotations.settings),
      serviceAccountName: account.name,
    },
    findings: [amounts, selectors, tolerations, labels, annotations, account].flatMap(
      ({ findings }) => findings,
    ),
    granted: [
      ...amounts.granted,
      ...selectors.settings.map((each) => `node selector ${write(each)}`),
      ...tolerations.settings.map((each) => `toleration ${write(each)}`),
      ...labels.settings.map((each) => `label ${write(each)}`),
      ...annotations.settings.map((each) => `annotation ${each.key}`),
      ...(account.name === null ? [] : [`service account ${account.name}`]),
    ],
  };
}

type Admitted = ReturnType<typeof admitSettings>;
const nothing: Admitted = { settings: [], findings: [] };

const textsOf = (settings: readonly Setting[]): Readonly<Record<string, string>> =>
  Object.fromEntries(settings.map(({ key, value }) => [key, value ?? '']));

function tolerationOf({ key, value, effect }: Setting): Readonly<Record<string, string>> {
  return {
    key,
    ...(value === null ? { operator: 'Exists' } : { operator: 'Equal', value }),
    ...(effect === null ? {} : { effect }),
  };
}

function write({ key, value, effect }: Setting): string {
  return `${key}${value === null ? '' : `=${value}`}${effect === null ? '' : `:${effect}`}`;
}

/** Whether the policy leaves to jobs what this variable asks for, beside amounts. */
export function isSettingTaken(name: string, { job_may_set }: PolicyPart): boolean {
  if (name === accountVariable) return job_may_set?.service_account !== undefined;
  return settingLists.some(
    (list) => name.startsWith(settingPrefixes[list]) && job_may_set?.[list] !== undefined,
  );
}
