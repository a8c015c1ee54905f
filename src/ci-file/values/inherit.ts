// `inherit: {default: …, variables: …}`: what a job takes over from the pipeline. Each is true, false, or a list of keys.
import { isSeq } from 'yaml';
import { itemsOf, spotText } from '../ci-nodes.ts';
import { type Layers, lookUp, strongest } from '../merged-view.ts';

export function inherits(job: Layers, kind: 'default' | 'variables', key: string): boolean {
  const requested = strongest(lookUp(job, 'inherit'), kind);
  if (requested === null) return true;
  if (isSeq(requested.node)) return itemsOf(requested).some((item) => spotText(item) === key);
  return spotText(requested) !== 'false';
}
