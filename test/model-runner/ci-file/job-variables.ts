// The variables of a job, from those of the file to its own, its matrix and the rule that let it run.
import type { Variable } from '../runner/variables.ts';
import { isSettings, type Settings, textOf } from './settings.ts';

export function variablesOf(value: unknown): readonly Variable[] {
  if (!isSettings(value)) return [];
  return Object.entries(value).map(([key, entry]) => {
    const { value: text, expand }: Settings = isSettings(entry) ? entry : { value: entry };
    return { key, value: textOf(text ?? ''), public: true, raw: expand === false };
  });
}

/** Each name once, where it stood first, with its last value. */
export function mergeVariables(...lists: readonly (readonly Variable[])[]): readonly Variable[] {
  return [...new Map(lists.flat().map((variable) => [variable.key, variable])).values()];
}

/** `inherit: {default: …, variables: …}`: true, false, or a list of names. */
export function inherits(job: Settings, kind: 'default' | 'variables', name: string): boolean {
  const wanted = isSettings(job['inherit']) ? job['inherit'][kind] : true;
  return Array.isArray(wanted) ? wanted.includes(name) : wanted !== false;
}
