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

export function readChartValues(text: string): ReadChart {
  const parsed = parseYaml(text);
  if ('mistakes' in parsed) return parsed;
  const { value, placeOf } = parsed.source;
  const values = isObject(value) ? value : {};
  const runners = isObject(values['runners']) ? values['runners'] : {};
  const config = runners['config'];
  if (typeof config !== 'string' || config.trim() === '') {
    const message = 'runners.config is missing: it is where the chart has the configuration of the runner';
    return { mistakes: [{ ...placeOf(['runners', 'config']), message }] };
  }
  const ofRunners = Object.keys(runners).filter((name) => name !== 'config');
  return {
    chart: {
      text: config,
      offset: offsetOf(text, placeOf(['runners', 'config'])),
      staying: [
        ...Object.keys(values).filter((name) => name !== 'runners'),
        ...ofRunners.filter((name) => !outdatedNames.has(name)).map((name) => `runners.${name}`),
      ],
      outdated: ofRunners.filter((name) => outdatedNames.has(name)).map((name) => `runners.${name}`),
    },
  };
}

/** A block begins on the line after its `|`; what is written otherwise is counted from its own beginning. */
function offsetOf(text: string, { line, column }: Place): Place {
  const lines = text.split('\n');
  const isBlock = /^\|/.test((lines[line - 1] ?? '').slice(column - 1));
  if (!isBlock) return { line, column: 1 };
  const first = lines.slice(line).find((each) => each.trim() !== '') ?? '';
  return { line: line + 1, column: first.length - first.trimStart().length + 1 };
}
