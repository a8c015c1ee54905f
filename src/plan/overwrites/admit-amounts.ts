// Requests and limits that a job sets for its containers: each an amount of Kubernetes and no more than the policy allows, each
// request beside its limit as the pod will have them.
import type { ExplainedFinding } from '../../admission/rejection.ts';
import { buildContainer, helperContainer, serviceContainer } from '../../layout/container-names.ts';
import { effectiveAmounts } from '../../pod/may-set/effective-amounts.ts';
import type { SetAmounts } from '../../pod/may-set/job-settings.ts';
import type { Policy } from '../../policy/policy.ts';
import { checkResourceAmounts } from '../../policy/schema/resource-amounts.ts';
import { exceeds } from '../../policy/schema/resources-schema.ts';
import { type AmountVariable, amountVariable, amountVariables } from './overwrite-variables.ts';
import type { Refuse, Requested } from './requested.ts';

export interface AmountRequest extends Requested, Omit<AmountVariable, 'name'> {}

/** `index`: as in the job's `services`. */
export interface ServiceRequests {
  readonly index: number;
  readonly own: readonly Requested[];
}

export interface AdmittedAmounts {
  readonly amounts: Readonly<Record<string, SetAmounts>>;
  readonly findings: readonly ExplainedFinding[];
  /** One each, for the log: clauses. */
  readonly granted: readonly string[];
}

type PolicyPart = Pick<Policy, 'resources' | 'pod_template' | 'job_may_set'>;

export interface AmountsInput {
  readonly job: readonly Requested[];
  readonly services: readonly ServiceRequests[];
  readonly policy: PolicyPart;
  readonly refuse: Refuse;
}

/** Whether the policy leaves this amount to jobs. */
export function maxOf(
  { role, list, amount }: Omit<AmountVariable, 'name'>,
  { job_may_set }: PolicyPart,
): string | null {
  return job_may_set?.[role]?.[list]?.[amount] ?? null;
}

export function admitAmounts({ job, services, policy, refuse }: AmountsInput): AdmittedAmounts {
  const ofJob = amountRequests(job, policy);
  const containers = [
    { name: buildContainer, role: 'build', requests: ofJob.filter(({ role }) => role === 'build') },
    { name: helperContainer, role: 'helper', requests: ofJob.filter(({ role }) => role === 'helper') },
    ...services.map(({ index, own }) => ({
      name: serviceContainer(index),
      role: 'service' as const,
      requests: overlaid(
        ofJob.filter(({ role }) => role === 'service'),
        amountRequests(own, policy).filter(({ role }) => role === 'service'),
      ),
    })),
  ] as const;
  const all = [...ofJob, ...containers.flatMap(({ requests }) => requests)];
  const faults = [...new Set(all)].flatMap((request) => amountFault(request, policy, refuse));
  if (faults.length > 0) return { amounts: {}, findings: faults, granted: [] };
  const set = containers.map((container) => ({ container, ...pairUp(container, policy, refuse) }));
  return {
    amounts: Object.fromEntries(
      set.flatMap(({ container, amounts }) => (amounts ? [[container.name, amounts]] : [])),
    ),
    findings: uniqueBy(set.flatMap(({ findings }) => findings)),
    granted: set.flatMap(({ granted }) => granted),
  };
}

/** What the policy does not leave to jobs is not asked for here. */
function amountRequests(requested: readonly Requested[], policy: PolicyPart): readonly AmountRequest[] {
  return requested.flatMap((each) => {
    const variable = amountVariables.find(({ name }) => name === each.name);
    return variable === undefined || maxOf(variable, policy) === null ? [] : [{ ...variable, ...each }];
  });
}

function overlaid(base: readonly AmountRequest[], own: readonly AmountRequest[]): readonly AmountRequest[] {
  return [...base.filter(({ name }) => !own.some((each) => each.name === name)), ...own];
}

function amountFault(request: AmountRequest, policy: PolicyPart, refuse: Refuse): ExplainedFinding[] {
  const { list, amount, value } = request;
  const max = maxOf(request, policy) ?? '';
  const [fault] = checkResourceAmounts({ [list]: { [amount]: value ?? '' } });
  if (fault !== undefined)
    return [
      refuse(request, {
        reason: `The ${amount} ${singular[list]} ${fault.message}.`,
        instead: `Write an amount of ${max} at most.`,
      }),
    ];
  if (!exceeds(value ?? '', max)) return [];
  return [
    refuse(request, {
      reason: `This runner lets a job set ${max} at most (\`job_may_set.${request.role}.${list}.${amount}\` of its policy).`,
      instead: `Write ${max} or less, or leave it out.`,
    }),
  ];
}

const singular = { requests: 'request', limits: 'limit' } as const;

interface ContainerRequests {
  readonly name: string;
  readonly role: AmountVariable['role'];
  readonly requests: readonly AmountRequest[];
}

interface Paired {
  readonly amounts: SetAmounts | null;
  readonly findings: readonly ExplainedFinding[];
  readonly granted: readonly string[];
}

/** A limit below the policy's own request lowers that; a request above a limit that the job did not set is a mistake of the job. */
function pairUp({ name, role, requests }: ContainerRequests, policy: PolicyPart, refuse: Refuse): Paired {
  if (requests.length === 0) return { amounts: null, findings: [], granted: [] };
  const own = effectiveAmounts(policy, role, name);
  const set = { requests: {} as Record<string, string>, limits: {} as Record<string, string> };
  for (const { list, amount, value } of requests) set[list][amount] = value ?? '';
  const granted = requests.map(
    ({ list, amount, value, key }) => `${amount} ${singular[list]} of ${name} ${String(value)} (${key})`,
  );
  const findings: ExplainedFinding[] = [];
  for (const [amount, limit] of Object.entries({ ...own.limits, ...set.limits })) {
    if (!exceeds(set.requests[amount] ?? own.requests[amount], limit)) continue;
    const request = requests.find((each) => each.list === 'requests' && each.amount === amount);
    if (request !== undefined) findings.push(aboveLimit(request, limit, policy, refuse));
    else {
      set.requests[amount] = limit;
      granted.push(`${amount} request of ${name} ${limit}, which is its limit`);
    }
  }
  return { amounts: set, findings, granted };
}

function aboveLimit(
  request: AmountRequest,
  limit: string,
  policy: PolicyPart,
  refuse: Refuse,
): ExplainedFinding {
  const ofLimit = { ...request, list: 'limits' } as const;
  const max = maxOf(ofLimit, policy);
  const raise = max === null ? '' : `, or set ${amountVariable(ofLimit)} too, to ${max} at most`;
  return refuse(request, {
    reason: `It is more than the ${request.amount} limit of that container, ${limit}, and Kubernetes refuses such a pod.`,
    instead: `Write ${limit} or less${raise}.`,
  });
}

/** What the job says for all services is one mistake, however many there are. */
function uniqueBy(findings: readonly ExplainedFinding[]): readonly ExplainedFinding[] {
  return [...new Map(findings.map((finding) => [`${finding.key} ${finding.reason}`, finding])).values()];
}
