// What is wrong with `job_may_set`: patterns that no setting could match, or that reach what is not a job's to say, and amounts that
// no job could use.
import { malformed } from '../../policy/malformed.ts';
import type { JobMaySet, Policy } from '../../policy/policy.ts';
import type { KeyPath, Problem } from '../../policy/problem.ts';
import type { ReadablePolicy } from '../../policy/readable-policy.ts';
import { exceeds } from '../../policy/schema/resources-schema.ts';
import { isObject } from '../../security/field-values.ts';
import { amountTexts, effectiveAmounts } from './effective-amounts.ts';
import { settingLists } from './setting.ts';
import { settingPatternFault } from './setting-pattern-fault.ts';

const settableRoles = ['build', 'helper', 'service'] as const;

const root = 'job_may_set';

export function checkMaySet(policy: ReadablePolicy): Problem[] {
  const { job_may_set: maySet, resources, pod_template } = policy;
  if (maySet === undefined || maySet === malformed) return [];
  const problems = [...patternProblems(maySet), ...accountProblems(maySet)];
  if (resources === malformed || pod_template === malformed) return problems;
  return [...problems, ...amountProblems(maySet, policy as Pick<Policy, 'resources' | 'pod_template'>)];
}

function patternProblems(maySet: JobMaySet): Problem[] {
  return settingLists.flatMap((list) =>
    (maySet[list] ?? []).flatMap((pattern, index) => {
      const message = settingPatternFault(list, pattern);
      return message === null ? [] : [{ path: [root, list, index], message }];
    }),
  );
}

function accountProblems({ service_account: names = [] }: JobMaySet): Problem[] {
  return names.flatMap((name, index) =>
    /^[-a-z0-9.*]{1,253}$/.test(name)
      ? []
      : [
          {
            path: [root, 'service_account', index],
            message:
              'is not a name of a service account: lower-case letters, digits, `-`, `.` and `*` for any text',
          },
        ],
  );
}

type Amounts = Readonly<Record<string, string | undefined>>;

function amountProblems(maySet: JobMaySet, policy: Pick<Policy, 'resources' | 'pod_template'>): Problem[] {
  return settableRoles.flatMap((role) => {
    const { requests = {}, limits = {} } = maySet[role] ?? {};
    const own = effectiveAmounts(policy, role, role === 'service' ? null : role);
    const at = [root, role];
    return [
      ...belowOwn(requests, own.requests, [...at, 'requests'], role),
      ...belowOwn(limits, own.limits, [...at, 'limits'], role),
      ...aboveAny(requests, { ...own.limits, ...limits }, [...at, 'requests']),
      ...abovePod(limits, policy.pod_template, [...at, 'limits']),
    ];
  });
}

/** The most that a job may set is no less than what it has without a word. */
function belowOwn(max: Amounts, own: Amounts, path: KeyPath, role: string): Problem[] {
  return Object.entries(max).flatMap(([name, amount]) =>
    exceeds(own[name], amount)
      ? [
          {
            path: [...path, name],
            message: `is less than the ${String(own[name])} that every job has without asking (resources.${role}.${String(path.at(-1))}.${name}); raise it, or lower that`,
          },
        ]
      : [],
  );
}

/** No request stands above its limit. */
function aboveAny(requests: Amounts, limits: Amounts, path: KeyPath): Problem[] {
  return Object.entries(requests).flatMap(([name, amount]) =>
    exceeds(amount, limits[name])
      ? [
          {
            path: [...path, name],
            message: `is more than the highest limit that a job can have, ${String(limits[name])}; raise job_may_set.${String(path[1])}.limits.${name}, or lower this`,
          },
        ]
      : [],
  );
}

function abovePod(limits: Amounts, template: Policy['pod_template'], path: KeyPath): Problem[] {
  const spec = isObject(template?.['spec']) ? template['spec'] : {};
  const ofPod = isObject(spec['resources']) ? spec['resources']['limits'] : undefined;
  const highest = amountTexts(ofPod);
  return Object.entries(limits).flatMap(([name, amount]) =>
    exceeds(amount, highest[name])
      ? [
          {
            path: [...path, name],
            message: `is more than the whole pod's limit, ${String(highest[name])} (pod_template.spec.resources)`,
          },
        ]
      : [],
  );
}
