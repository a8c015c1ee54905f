// The values of GitLab's Helm chart `gitlab-runner`: the config.toml that they hold, and what stays with the chart.

import { type Mistake, type Place, parseYaml } from '../policy/yaml-source.ts';
import { isObject } from '../security/field-values.ts';

export interface ChartConfig {
  readonly text: string;
  /** Where it begins in the file. */
  readonly offset: Place;
  /** The other values, which the chart goes on reading itself; of `runners`, those below it. */
  readonly staying: readonly string[];
  /** Values of charts before 0.53 that say what is in `runners.config` now: no chart reads them any more. */
  readonly outdated: readonly string[];
}

export type ReadChart = { readonly chart: ChartConfig } | { readonly mistakes: readonly Mistake[] };

const outdatedNames = new Set([
  ...[
    'builds',
    'helpers',
    'services',
    'cloneUrl',
    'environment',
    'executorPrivileged',
    'image',
    'imagePullPolicy',
  ],
  ...[
    'imagePullSecrets',
    'namespace',
    'nodeSelector',
    'nodeTolerations',
    'outputLimit',
    'podAnnotations',
    'podLabels',
  ],
  ...['podSecurityContext', 'pollTimeout', 'privileged', 'serviceAccountName', 'requestConcurrency'],
]);

/** Where the chart is a part of GitLab's own, its values are below this key. */
const asSubchart = 'gitlab-runner';

export function readChartValues(text: string): ReadChart {
  const parsed = parseYaml(text, { merge: true });
  if ('mistakes' in parsed) return parsed;
  const { value, placeOf, definitionPlaceOf } = parsed.source;
  const isSubchart = tableAt(value, 'runners') === null && tableAt(value, asSubchart) !== null;
  const above = isSubchart ? [asSubchart] : [];
  const values = (isSubchart ? tableAt(value, asSubchart) : tableAt(value)) ?? {};
  const runners = tableAt(values, 'runners') ?? {};
  const path = [...above, 'runners', 'config'];
  const config = runners['config'];
  if (typeof config !== 'string' || config.trim() === '') {
    const message = `${path.join('.')} is missing: it is where the chart has the configuration of the runner`;
    return { mistakes: [{ ...placeOf(path), message }] };
  }
  const written = (...names: string[]): string => [...above, ...names].join('.');
  const ofRunners = Object.keys(runners).filter((name) => name !== 'config');
  return {
    chart: {
      text: config,
      offset: offsetOf(text, definitionPlaceOf(path)),
      staying: [
        ...Object.keys(values)
          .filter((name) => name !== 'runners')
          .map((name) => written(name)),
        ...ofRunners.filter((name) => !outdatedNames.has(name)).map((name) => written('runners', name)),
      ],
      outdated: ofRunners.filter((name) => outdatedNames.has(name)).map((name) => written('runners', name)),
    },
  };
}

/** null: there is none, or something else. */
function tableAt(value: unknown, ...path: string[]): Readonly<Record<string, unknown>> | null {
  const found = path.reduce<unknown>((place, key) => (isObject(place) ? place[key] : undefined), value);
  return isObject(found) ? found : null;
}

/** A block begins on the line after its `|`; what is written otherwise is counted from its own beginning. */
function offsetOf(text: string, { line, column }: Place): Place {
  const lines = text.split('\n');
  const isBlock = /^\|/.test((lines[line - 1] ?? '').slice(column - 1));
  if (!isBlock) return { line, column: 1 };
  const first = lines.slice(line).find((each) => each.trim() !== '') ?? '';
  return { line: line + 1, column: first.length - first.trimStart().length + 1 };
}
