// The usual ways of a value into the policy.
import type { KeyPath } from '../../policy/problem.ts';
import { checkResourceAmounts } from '../../policy/schema/resource-amounts.ts';
import { isObject } from '../../security/field-values.ts';
import { appendValue, setValue } from '../draft.ts';
import type { KeyOutcome, Take } from './row.ts';

/** GitLab takes an empty text, list or table for none. */
export const isNothing = (value: unknown): boolean =>
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

export const copied =
  (...path: KeyPath): Take =>
  ({ key, value, draft }) => {
    if (isNothing(value)) return { says: 'It is empty, which means as much as nothing.' };
    setValue(draft, path, value, key);
    return undefined;
  };

export const inSpec = (...path: KeyPath): Take => copied('pod_template', 'spec', ...path);

/** Variables that GitLab Runner fills in, or what Helm does. */
export const hasVariables = (value: unknown): boolean => /\$\{?\w|\{\{/.test(String(value));

/** A text in which GitLab Runner fills in variables, which nobody does here. */
export const withoutVariables =
  (...path: KeyPath): Take =>
  (taken) =>
    hasVariables(taken.value)
      ? {
          verdict: 'different',
          says: `It refers to variables (\`${String(taken.value)}\`), which are not filled in here; write ${path.join('.')} yourself.`,
        }
      : copied(...path)(taken);

/** `amount`: cpu, memory or ephemeral-storage. */
export const amountOf =
  (amount: string, ...path: KeyPath): Take =>
  (taken) => {
    const { value } = taken;
    if (isNothing(value)) return copied(...path)(taken);
    const [fault] = checkResourceAmounts({ requests: { [amount]: value } });
    return fault === undefined ? copied(...path)(taken) : { mistake: fault.message };
  };

/** A value for which nothing has to be done, because it is so here for all; any other is another matter. */
export const always =
  (fixed: unknown, otherwise: KeyOutcome): Take =>
  ({ value }) =>
    value === fixed || isNothing(value)
      ? { verdict: 'same', says: 'It is so here for every job.' }
      : otherwise;

/** Each entry of a table by itself, so that one that is refused leaves the others. */
export const eachEntry =
  (...path: KeyPath): Take =>
  ({ key, value, draft }) => {
    for (const [name, each] of Object.entries(isObject(value) ? value : {}))
      setValue(draft, [...path, name], each, key);
    return undefined;
  };

export const eachItem =
  (...path: KeyPath): Take =>
  ({ key, value, draft }) => {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
      appendValue(draft, path, each, key);
    return undefined;
  };

/** Go's names in config.toml as Kubernetes writes them; what a user named, under `match_labels`, stays. */
export function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [camel, name === 'match_labels' ? each : camelCase(each)];
    }),
  );
}
