// A patch of a pod's spec laid over the draft field by field, so that one field that the executor refuses leaves the others.

import { strategicMerge } from '../pod/strategic-merge.ts';
import type { KeyPath } from '../policy/problem.ts';
import { isObject } from '../security/field-values.ts';
import { appendValue, type Draft, setValue, valueAt } from './draft.ts';

/** Lists whose items are found by their name, as in Kubernetes' strategic merge. */
const namedLists = new Set(['containers', 'initContainers', 'volumes']);

export function mergePatch(
  draft: Draft,
  path: KeyPath,
  patch: Readonly<Record<string, unknown>>,
  origin: string,
): void {
  for (const [field, value] of Object.entries(patch)) {
    const at = [...path, field];
    if (isObject(value) && Object.keys(value).length > 0) mergePatch(draft, at, value, origin);
    else if (namedLists.has(field) && Array.isArray(value))
      for (const item of value.filter(isObject)) mergeItem(draft, at, item, origin);
    else
      setValue(
        draft,
        at,
        strategicMerge({ [field]: valueAt(draft.policy, at) }, { [field]: value })[field] ?? null,
        origin,
      );
  }
}

function mergeItem(
  draft: Draft,
  list: KeyPath,
  item: Readonly<Record<string, unknown>>,
  origin: string,
): void {
  const { name, ...fields } = item;
  const there = valueAt(draft.policy, list);
  const items = Array.isArray(there) ? (there as readonly unknown[]) : [];
  const found = items.findIndex((each) => isObject(each) && each['name'] === name);
  if (found < 0) appendValue(draft, list, { name }, origin);
  mergePatch(draft, [...list, found < 0 ? items.length : found], fields, origin);
}
