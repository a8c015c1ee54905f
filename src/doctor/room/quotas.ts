// How many jobs the quotas of the namespace have room for, beside how many the runner takes at once.
import type { Cluster, Manifest, ResourceQuota } from '../../cluster/cluster.ts';
import { readQuantity } from '../../policy/schema/values/quantity.ts';
import { plainLine } from '../../text/plain-text.ts';
import { ask } from '../call.ts';
import { type DoctorFinding, fail, ok, type Remedy, warn } from '../doctor-finding.ts';
import { notListed } from './not-listed.ts';
import { formatAmount, requestOf } from './pod-request.ts';

export interface RoomInput {
  readonly cluster: Cluster;
  /** A job's, as the cluster admits it, with the defaults of its limit ranges. */
  readonly pod: Manifest;
  /** By config.toml; null: nobody gave it. */
  readonly jobsAtOnce: number | null;
  readonly signal: AbortSignal;
}

const check = 'quota';

/** One for credentials of registries, one for variables of services, one for a pull secret of the job. */
const maxSecrets = 3;

export async function checkQuotas(input: RoomInput): Promise<DoctorFinding> {
  const { cluster, pod, signal } = input;
  const result = await ask((limit) => cluster.listResourceQuotas({ signal: limit }), signal);
  if ('refused' in result) return notListed(check, result.refused, 'resourcequotas');
  const counts = result.answer.flatMap((quota) => countJobs(quota, pod));
  const [first] = counts;
  if (first === undefined) return ok(check, 'no ResourceQuota of the namespace limits jobs');
  const scarcest = counts.reduce((min, each) => (each.inAll < min.inAll ? each : min), first);
  const tightest = counts.reduce((min, each) => (each.now < min.now ? each : min), first);
  return describeRoom(scarcest, tightest, input);
}

/** How many jobs one resource of one quota has room for. */
interface JobCount {
  readonly quota: string;
  readonly resource: string;
  readonly each: number;
  readonly hard: number;
  readonly inAll: number;
  readonly now: number;
}

function countJobs(quota: ResourceQuota, pod: Manifest): readonly JobCount[] {
  if (!countsPod(quota, pod)) return [];
  const { hard = {}, used = {} } = quota.status ?? {};
  const needs = needsOf(pod);
  return Object.entries(hard).flatMap(([resource, written]) => {
    const each = needs.get(resource);
    if (!each) return [];
    const amount = readQuantity(written) ?? 0;
    const taken = readQuantity(used[resource] ?? '0') ?? 0;
    const jobsIn = (free: number): number => Math.max(0, Math.floor(free / each));
    return [
      {
        quota: quota.metadata.name,
        resource,
        each,
        hard: amount,
        inAll: jobsIn(amount),
        now: jobsIn(amount - taken),
      },
    ];
  });
}

/** By the names that a quota has for them. */
function needsOf(pod: Manifest): ReadonlyMap<string, number> {
  const { requests, limits } = requestOf(pod);
  const needs = new Map([
    ['pods', 1],
    ['count/pods', 1],
    ['secrets', maxSecrets],
    ['count/secrets', maxSecrets],
  ]);
  for (const [resource, amount] of requests) {
    needs.set(`requests.${resource}`, amount);
    needs.set(resource, amount);
  }
  for (const [resource, amount] of limits) needs.set(`limits.${resource}`, amount);
  return needs;
}

/** A quota with scopes is about some pods only; those of jobs have a deadline, and requests. */
function countsPod({ spec }: ResourceQuota, pod: Manifest): boolean {
  const { priorityClassName } = pod['spec'] as { readonly priorityClassName?: string };
  const isInScope = (scope: string): boolean => ['Terminating', 'NotBestEffort'].includes(scope);
  const expressions = spec?.scopeSelector?.matchExpressions ?? [];
  return (
    (spec?.scopes ?? []).every(isInScope) &&
    expressions.every(({ scopeName, operator, values = [] }) => {
      if (scopeName !== 'PriorityClass') return isInScope(scopeName) === (operator !== 'DoesNotExist');
      const isNamed = values.includes(priorityClassName ?? '');
      const holds: Readonly<Record<string, boolean>> = {
        In: isNamed,
        NotIn: !isNamed,
        Exists: priorityClassName !== undefined,
        DoesNotExist: priorityClassName === undefined,
      };
      return holds[operator] ?? false;
    })
  );
}

function describeRoom(
  scarcest: JobCount,
  tightest: JobCount,
  { cluster, jobsAtOnce }: RoomInput,
): DoctorFinding {
  const { quota, resource, each, hard, inAll } = scarcest;
  const bound = `${plainLine(quota)} has ${formatAmount(resource, hard)}, and a job with a service takes ${formatAmount(resource, each)}`;
  const room = `room for ${inAll} ${inAll === 1 ? 'job' : 'jobs'} at once, now for ${tightest.now} more (${bound})`;
  if (inAll === 0) return fail(check, `room for no job: ${bound}`, ...remedies(cluster.namespace));
  if (jobsAtOnce === null) return ok(check, `${room}; --config FILE compares it with what the runner takes`);
  const taken = `; the runner takes up to ${jobsAtOnce}`;
  if (inAll >= jobsAtOnce) return ok(check, room + taken);
  return warn(
    check,
    `${room}${taken}: the others wait in prepare for as long as \`timeouts.ready\` allows, then fail`,
    ...remedies(cluster.namespace),
  );
}

const remedies = (namespace: string): Remedy[] => [
  {
    text: "Raise the quota, lower `resources` in the policy, or the runner's `concurrent`:",
    code: `kubectl -n ${namespace} describe quota`,
  },
];
