// What became of each key, for people: the ones that need somebody first.

import { plainLine } from '../text/plain-text.ts';
import type { ChartConfig } from './chart-values.ts';
import { type KeyVerdict, verdictWords } from './rows/row.ts';
import type { KeyEntry } from './take-section.ts';

export interface ReportInput {
  readonly file: string;
  readonly runner: string;
  readonly entries: readonly KeyEntry[];
  /** Of what no key said. */
  readonly unsaid: readonly string[];
  /** What `check --lint` says of the policy. */
  readonly findings: readonly string[];
  readonly placeOf: (path: KeyEntry['path']) => { readonly line: number };
}

/** First what asks for a decision. */
const order: readonly KeyVerdict[] = ['none', 'different', 'profile', 'pod_template', 'same'];

const titles: Readonly<Record<KeyVerdict, string>> = {
  none: 'No counterpart',
  different: 'Different',
  profile: 'By a profile',
  pod_template: 'By pod_template',
  same: 'The same',
};

export function formatReport({ file, runner, entries, unsaid, findings, placeOf }: ReportInput): string {
  const lines = [
    `# What became of ${plainLine(file)}`,
    '',
    `Runner: ${plainLine(runner)}. ${count(entries)}`,
    '',
    ...order.flatMap((verdict) => section(verdict, entries, placeOf)),
    ...list('What no key said', unsaid),
    ...list('What `check --lint` says of the policy', findings),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** What is in a chart beside the configuration of the runner. */
export function describeChart({ staying, outdated }: Pick<ChartConfig, 'staying' | 'outdated'>): string {
  const names = (keys: readonly string[]): string => keys.map((key) => `\`${plainLine(key)}\``).join(', ');
  const lines = [
    ...(staying.length === 0 ? [] : [`The chart goes on reading these itself: ${names(staying)}.`]),
    ...(outdated.length === 0
      ? []
      : [`The chart has not read these since version 0.53, so that they did nothing: ${names(outdated)}.`]),
    'Put `[runners.custom]` of runner.toml into `runners.config`, and set `runners.executor: custom`; config/container of the project has the values and the init container that bring the executor into the chart.',
  ];
  return `\n${list('Values of the chart', lines).join('\n')}`;
}

/** Of each verdict how many. */
export function count(entries: readonly KeyEntry[]): string {
  const parts = [...order].reverse().flatMap((verdict) => {
    const number = entries.filter((entry) => entry.verdict === verdict).length;
    return number === 0 ? [] : [`${number} ${verdictWords[verdict]}`];
  });
  return `${entries.length} keys: ${parts.join(', ')}.`;
}

function section(
  verdict: KeyVerdict,
  entries: readonly KeyEntry[],
  placeOf: ReportInput['placeOf'],
): string[] {
  const own = entries.filter((entry) => entry.verdict === verdict);
  return list(
    titles[verdict],
    own.map((entry) => {
      const becomes = entry.becomes === '' ? '' : ` → \`${entry.becomes}\``;
      const says = entry.says === '' ? '' : `: ${plainLine(entry.says)}`;
      return `\`${plainLine(nameOf(entry))}\` (line ${placeOf(entry.path).line})${becomes}${says}`;
    }),
  );
}

const nameOf = ({ section: of, key }: KeyEntry): string =>
  of === 'global' ? key : of === 'runners' ? `runners.${key}` : `runners.${of}.${key}`;

const list = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`## ${title}`, '', ...items.map((item) => `- ${item}`), ''];
