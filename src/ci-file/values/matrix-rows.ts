// `parallel: {matrix: [{PYTHON: ["3.11", "3.12"], OS: [a, b]}]}`: each row stands for all combinations of its values.
import { isMap, isSeq } from 'yaml';
import { childOf, hasTag, itemsOf } from '../ci-nodes.ts';
import type { Spot } from '../ci-tree.ts';
import { type Layers, lookUp, strongest } from '../merged-view.ts';
import { readValue, setByReference, type Value } from './variable-value.ts';

/** The variables of one combination. A key that a row leaves out keeps its value from elsewhere. */
export type Combination = ReadonlyMap<string, Value>;

/**
 * All combinations of the keys that matter; without a matrix a single empty one.
 * @returns null: more than `most`
 */
export function matrixCombinations(
  job: Layers,
  keys: ReadonlySet<string>,
  maxCombinations: number,
): readonly Combination[] | null {
  const matrix = strongest(lookUp(job, 'parallel'), 'matrix');
  if (matrix === null) return [new Map()];
  if (hasTag(matrix.node)) return [blind(keys)];
  const found = new Map<string, Combination>();
  for (const row of itemsOf(matrix)) {
    const ofRow = combine(row, keys, maxCombinations);
    if (ofRow === null || found.size > maxCombinations) return null;
    for (const combination of ofRow) found.set(JSON.stringify([...combination]), combination);
  }
  if (found.size > maxCombinations) return null;
  return found.size === 0 ? [new Map()] : [...found.values()];
}

function combine(
  row: Spot,
  keys: ReadonlySet<string>,
  maxCombinations: number,
): readonly Combination[] | null {
  if (!isMap(row.node)) return [hasTag(row.node) ? blind(keys) : new Map()];
  let combinations: readonly Combination[] = [new Map()];
  for (const key of keys) {
    const cell = childOf(row, key);
    if (cell === null) continue;
    const values = cellValues(cell);
    if (combinations.length * values.length > maxCombinations) return null;
    combinations = combinations.flatMap((each) => values.map((value) => new Map([...each, [key, value]])));
  }
  return combinations;
}

function cellValues(cell: Spot): readonly Value[] {
  if (!isSeq(cell.node) || hasTag(cell.node)) return [readValue(cell)];
  return itemsOf(cell).map(readValue);
}

/** A !reference to a matrix elsewhere may set any of them. */
const blind = (keys: ReadonlySet<string>): Combination =>
  new Map([...keys].map((key) => [key, setByReference]));
