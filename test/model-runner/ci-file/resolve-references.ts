// `!reference [.job, key]`: looked up in the whole file once `extends` is done (GitLab: lib/gitlab/ci/config/yaml/tags).
import { isSettings, mapLeaves, Reference, type Settings, settingsOf } from './settings.ts';

/** GitLab's own limit of a `!reference` to a `!reference`. */
const maxDepth = 10;

/** @throws with every `!reference` that leads nowhere */
export function resolveReferences(file: Settings): Settings {
  const faults: string[] = [];
  const resolve = (value: unknown, depth: number): unknown =>
    mapLeaves(value, (leaf) => (leaf instanceof Reference ? lookUp(leaf, depth) : leaf));
  const lookUp = ({ path }: Reference, depth: number): unknown => {
    const target = path.reduce<unknown>(step, file);
    if (target !== undefined && depth < maxDepth) return resolve(target, depth + 1);
    const why = target === undefined ? 'could not be found' : 'is nested too deep, or in a circle';
    faults.push(`!reference [${path.map((part) => JSON.stringify(part)).join(', ')}] ${why}`);
    return null;
  };
  const resolved = settingsOf(resolve(file, 0));
  if (faults.length > 0) throw new Error([...new Set(faults)].join('\n'));
  return resolved;
}

function step(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[])[Number(key)];
  return isSettings(value) ? value[key] : undefined;
}
