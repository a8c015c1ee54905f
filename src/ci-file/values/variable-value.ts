// The value of a variable where it is written: `KEY: value`, or `KEY: {value: …, description: …}`.
import { isMap, isScalar } from 'yaml';
import { childOf, hasTag, spotText } from '../ci-nodes.ts';
import type { Spot } from '../ci-tree.ts';
import { type Layers, lookUp } from '../merged-view.ts';

/** `why` is a clause: "which a !reference sets". null: nothing here sets it. */
export type Value = { readonly text: string } | { readonly why: string } | null;

export const setByReference: Value = { why: 'which a !reference may set' };

/** Of a stack of `variables`, the strongest first. */
export function valueIn(layers: Layers, key: string): Value {
  const blind = layers.findIndex(({ node }) => !isMap(node) && hasTag(node));
  const found = lookUp(blind < 0 ? layers : layers.slice(0, blind), key);
  const [first] = found;
  if (first === undefined) return blind < 0 ? null : setByReference;
  if (!isMap(first.node)) return readValue(first);
  const values = found.flatMap((map) => childOf(map, 'value') ?? []);
  return values[0] === undefined ? { text: '' } : readValue(values[0]);
}

/** A variable that is set to nothing is set all the same. */
export function readValue(spot: Spot): Value {
  if (hasTag(spot.node)) return setByReference;
  if (!isScalar(spot.node)) return { why: 'whose value is no plain text' };
  return { text: spotText(spot) ?? '' };
}
