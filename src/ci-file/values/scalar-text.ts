// The text of a single YAML value or key, as the pipeline gets it.
import { isScalar } from 'yaml';
import { rubyText } from './ruby-scalar.ts';

/** null: it is no single value, or it says nothing (`~`). Quoted values and `!!str` stay as they are. */
export function scalarText(node: unknown): string | null {
  if (!isScalar(node)) return null;
  const isPlain = node.type === 'PLAIN' && node.tag !== 'tag:yaml.org,2002:str';
  if (isPlain && node.source !== undefined) return rubyText(node.source);
  return typeof node.value === 'string' ? node.value : null;
}

/** null: a key of several parts, which no pipeline has. `ON` is `true` to Ruby. */
export function keyText(key: unknown): string | null {
  return isScalar(key) ? (scalarText(key) ?? '') : null;
}
