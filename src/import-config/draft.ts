// The policy as it grows from key to key, each value with the key that it came from.
import type { KeyPath } from '../policy/problem.ts';
import { isObject } from '../security/field-values.ts';

type Tree = Record<string, unknown>;

export interface Draft {
  readonly policy: Tree;
  /** From the path of a value in the policy, as JSON, to the key of GitLab's that it came from. */
  readonly origins: Map<string, string>;
}

export const emptyDraft = (): Draft => ({ policy: {}, origins: new Map() });

/** Lists along the way are found by number. */
export function setValue({ policy, origins }: Draft, path: KeyPath, value: unknown, origin: string): void {
  let place: Tree = policy;
  for (const key of path.slice(0, -1)) {
    const next = Reflect.get(place, key) as unknown;
    if (!isObject(next) && !Array.isArray(next)) Reflect.set(place, key, {});
    place = Reflect.get(place, key) as Tree;
  }
  place[String(path.at(-1))] = value;
  origins.set(JSON.stringify(path), origin);
}

/** At the end of a list, which is made where it is missing. */
export function appendValue(draft: Draft, path: KeyPath, value: unknown, origin: string): void {
  const list = valueAt(draft.policy, path);
  const items: readonly unknown[] = Array.isArray(list) ? (list as unknown[]) : [];
  setValue(draft, path, [...items, value], origin);
  draft.origins.delete(JSON.stringify(path));
  draft.origins.set(JSON.stringify([...path, items.length]), origin);
}

/** A list is left without the item; what becomes empty goes, too. */
export function removeValue({ policy, origins }: Draft, path: KeyPath): void {
  origins.delete(JSON.stringify(path));
  const parent = valueAt(policy, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(parent) && typeof key === 'number') {
    parent.splice(key, 1);
    moveUp(origins, path.slice(0, -1), key);
  } else if (isObject(parent)) Reflect.deleteProperty(parent, String(key));
  const isEmpty = Array.isArray(parent)
    ? parent.length === 0
    : isObject(parent) && Object.keys(parent).length === 0;
  if (isEmpty && path.length > 1) removeValue({ policy, origins }, path.slice(0, -1));
}

/** Items behind one that is gone have moved. */
function moveUp(origins: Map<string, string>, list: KeyPath, gone: number): void {
  for (const [written, origin] of [...origins]) {
    const path = JSON.parse(written) as (string | number)[];
    const index = path[list.length];
    const isBehind =
      JSON.stringify(path.slice(0, list.length)) === JSON.stringify(list) &&
      typeof index === 'number' &&
      index > gone;
    if (!isBehind) continue;
    origins.delete(written);
    origins.set(JSON.stringify([...list, index - 1, ...path.slice(list.length + 1)]), origin);
  }
}

export function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (place, key) =>
      typeof place === 'object' && place !== null ? (Reflect.get(place, key) as unknown) : undefined,
    value,
  );
}
