// A section without the values of a wrong type, so that the mistakes of the others are found in the same run.
import type { KeyPath } from '../../policy/problem.ts';
import { isObject } from '../../security/field-values.ts';

/** `paths`: below the value. Of a list that has one of them, all goes. */
export function withoutKeys(value: unknown, paths: readonly KeyPath[]): unknown {
  return paths.reduce(withoutKey, value);
}

function withoutKey(value: unknown, path: KeyPath): unknown {
  const [key, ...below] = path;
  if (!isObject(value) || key === undefined) return value;
  const { [key]: inner, ...others } = value;
  return below.length === 0 || !isObject(inner) ? others : { ...others, [key]: withoutKey(inner, below) };
}
