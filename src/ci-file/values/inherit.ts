// `inherit: {default: …, variables: …}`: what a job takes over from the pipeline. Each is true, false, or a list of keys.
import { isSeq } from 'yaml';
import { itemsOf, textOf } from '../ci-nodes.ts';
import { type Layers, lookUp, strongest } from '../merged-view.ts';

export function inherits(job: Layers, kind: 'default' | 'variables', key: string): boolean {
  const wish = strongest(lookUp(job, 'inherit'), kind);
  if (wish === null) return true;
  if (isSeq(wish.node)) return itemsOf(wish).some((item) => textOf(item) === key);
  return textOf(wish) !== 'false';
}
