// `extends:` of jobs (GitLab: lib/gitlab/ci/config/extendable).
import { deepMerge, isSettings, listOf, type Settings, settingsOf, textOf } from './settings.ts';

/** GitLab's own limit. */
const maxDepth = 10;

/** Of several templates the last is the strongest, and the job itself stronger than all. @throws with every mistake */
export function extendJobs(file: Settings): Settings {
  const faults: string[] = [];
  const extended = Object.fromEntries(
    Object.entries(file).map(([name, job]) => [
      name,
      isSettings(job) && 'extends' in job ? extend(name, [], { file, faults }) : job,
    ]),
  );
  if (faults.length > 0) throw new Error([...new Set(faults)].join('\n'));
  return extended;
}

interface Extending {
  readonly file: Settings;
  readonly faults: string[];
}

function extend(name: string, above: readonly string[], extending: Extending): Settings {
  const { file, faults } = extending;
  const { extends: names, ...job } = settingsOf(file[name]);
  const path = [...above, name];
  let merged: unknown = {};
  for (const base of listOf(names).map(textOf)) {
    if (path.includes(base)) faults.push(`${path[0]}: circular dependency detected in \`extends\``);
    else if (path.length > maxDepth) faults.push(`${path[0]}: nesting too deep in \`extends\``);
    else if (!isSettings(file[base])) faults.push(`${name}: unknown keys in \`extends\` (${base})`);
    else merged = deepMerge(merged, extend(base, path, extending));
  }
  return settingsOf(deepMerge(merged, job));
}
