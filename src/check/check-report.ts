// What `check` says to people: a line for each name, why not, and what to do.
import type { Verdict } from '../admission/evaluate.ts';
import type { LintFinding } from '../admission/lint/lint-policy.ts';
import type { CiPlace, OverriddenKey, Unresolved } from '../ci-file/ci-names.ts';
import { formatKeyPath } from '../policy/problem.ts';
import { plainLine } from '../text/plain-text.ts';
import { painter, type TextStyle } from '../text/text-style.ts';
import { wrapText } from '../text/text-table.ts';

/** A name that was checked; with its place when it stands in a CI file. */
export interface CheckedName {
  readonly verdict: Verdict;
  readonly found: (CiPlace & { readonly job: string }) | null;
}

/** What is said of a CI file beside its names. */
export interface Remarks {
  readonly unresolved: readonly Unresolved[];
  readonly overridden: readonly OverriddenKey[];
}

/** A file with a hundred duplicate keys has one mistake, made a hundred times. */
const maxOverriddenShown = 10;

/** The form of the option is clear from a few. */
const maxKeysShown = 3;

/** Names are aligned up to this width; a longer one moves only its own line. */
const widestLabel = 48;
/** As wide as the verdict before each name. */
const indent = ' '.repeat(10);
const gap = '  ';

export function reportNames(
  checked: readonly CheckedName[],
  { unresolved, overridden }: Remarks,
  style: TextStyle,
): string {
  const width = labelWidth(checked, style);
  const remarks = [describeOverridden(overridden, style), describeUnresolved(unresolved, style)];
  const names = checked.flatMap((each, index) => describeChecked(each, checked[index - 1], width, style));
  const blocks = [names, ...remarks];
  const isEmpty = checked.length === 0 && unresolved.length === 0;
  const end = isEmpty ? 'The file names no image and no service.' : summary(checked, unresolved);
  const isCounted = isEmpty || checked.length > 1 || unresolved.length > 0;
  const hasRemarks = remarks.some((lines) => lines.length > 0);
  const paragraphs = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  // The sum of a plain list stands right under it.
  const space = paragraphs.length === 0 ? '' : hasRemarks ? '\n\n' : '\n';
  return `${paragraphs.join('\n\n')}${isCounted ? space + end : ''}\n`;
}

/** What is missing in many jobs is explained once. */
function describeChecked(
  { verdict, found }: CheckedName,
  before: CheckedName | undefined,
  width: number,
  style: TextStyle,
): readonly string[] {
  const mark = verdict.allowed ? painter(style, 'green')('allowed ') : painter(style, 'red')('rejected');
  const first = `${mark}  ${labelOf(verdict).padEnd(width)}${placeOf(found)}`;
  if (verdict.allowed) return found === null ? withReason(first, verdict, width, style) : [first.trimEnd()];
  const isSaid = verdict.reason.code === 'no-image' && before?.verdict.reason.code === 'no-image';
  if (isSaid) return [first.trimEnd()];
  return [first.trimEnd(), ...explain(verdict).flatMap((text) => wrapWords(`${indent}${text}`, style))];
}

/** Beside the name, or below it where there is no room. */
function withReason(first: string, verdict: Verdict, width: number, style: TextStyle): readonly string[] {
  const { text } = verdict.reason;
  const room = style.width - indent.length - Math.max(labelOf(verdict).length, width) - gap.length;
  return text.length <= room ? [first + gap + text] : [first.trimEnd(), ...wrapWords(indent + text, style)];
}

/** The widest name, as far as it leaves room for every place. */
function labelWidth(checked: readonly CheckedName[], style: TextStyle): number {
  const widest = (widths: readonly number[]): number => widths.reduce((max, each) => Math.max(max, each), 0);
  const room = style.width - indent.length - widest(checked.map(({ found }) => placeOf(found).length));
  return Math.min(
    widest(checked.map(({ verdict }) => labelOf(verdict).length)),
    widestLabel,
    Math.max(room, 0),
  );
}

function placeOf(found: CheckedName['found']): string {
  return found === null ? '' : `  ${found.file}:${found.line}:${found.column} ${plainLine(found.job)}`;
}

/** A text with a word that is too long is left to the terminal: a name can then be copied whole. */
function wrapWords(text: string, { width }: TextStyle): readonly string[] {
  const isWrappable = text.split(' ').every((word) => word.length <= width - indent.length);
  return isWrappable ? wrapText(text, width) : [text];
}

function labelOf({ image, kind, reason }: Verdict): string {
  if (reason.code === 'no-image') return '(no image)';
  const shown = image.trim() === image && image !== '' ? image : `'${image}'`;
  return `${plainLine(shown)}${kind === 'service' ? ' (service)' : ''}`;
}

function explain({ image, reason, suggestion, nearest, canonical }: Verdict): readonly string[] {
  const example = suggestion?.use == null ? (nearest?.example ?? null) : null;
  return [
    ...(canonical === null || canonical === image ? [] : [`is ${canonical}`]),
    plainLine(reason.text),
    ...(suggestion === null ? [] : [plainLine(suggestion.text)]),
    ...(example === null
      ? []
      : [
          `The nearest allowed pattern, ${nearest?.pattern ?? ''}, would allow ${example}, if there is such an image.`,
        ]),
  ];
}

function describeOverridden(overridden: readonly OverriddenKey[], style: TextStyle): readonly string[] {
  if (overridden.length === 0) return [];
  const shown = overridden.slice(0, maxOverriddenShown);
  const hidden = overridden.length - shown.length;
  return [
    painter(style, 'yellow')('Duplicate keys; GitLab silently uses the last:'),
    ...shown.flatMap(({ file, line, column, key, winnerLine }) =>
      wrapWords(
        `  ${file}:${line}:${column} ${plainLine(key)}: ignored; line ${winnerLine} has it again`,
        style,
      ),
    ),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
  ];
}

function describeUnresolved(unresolved: readonly Unresolved[], style: TextStyle): readonly string[] {
  if (unresolved.length === 0) return [];
  return [
    painter(style, 'yellow')('Not resolved, and so not checked:'),
    ...unresolved.flatMap(({ file, line, column, what, why }) =>
      wrapWords(`  ${file}:${line}:${column} ${plainLine(what)}: ${plainLine(why)}`, style),
    ),
    ...adviceOn(unresolved).flatMap((text) => wrapWords(text, style)),
  ];
}

function adviceOn(unresolved: readonly Unresolved[]): readonly string[] {
  const keys = unresolved.flatMap(({ variable }) => variable ?? []);
  if (keys.length === 0) return [];
  return [
    `Give their values: ${[...new Set(keys)]
      .slice(0, maxKeysShown)
      .map((key) => `--variable ${key}=…`)
      .join(' ')}`,
  ];
}

function summary(checked: readonly CheckedName[], unresolved: readonly Unresolved[]): string {
  const rejected = checked.filter(({ verdict }) => !verdict.allowed).length;
  const open = unresolved.length === 0 ? '' : `, ${unresolved.length} not resolved`;
  return `${checked.length - rejected} allowed, ${rejected} rejected${open}.`;
}

export interface PlacedFinding extends LintFinding {
  readonly line: number;
  readonly column: number;
}

/** Keys of the policy that are about names; the others are about the pod. */
const aboutNames = new Set<unknown>(['allowed_images', 'allowed_services', 'rules', 'replacements']);

/** Risks first: they are why one lints. */
export function reportLint(findings: readonly PlacedFinding[], file: string, style: TextStyle): string {
  if (findings.length === 0) return `${file}: no findings.\n`;
  const red = painter(style, 'red');
  const groups: readonly (readonly [title: string, holds: (finding: PlacedFinding) => boolean])[] = [
    [
      red('Allows more than it seems to:'),
      ({ severity, path }) => severity === 'risk' && aboutNames.has(path[0]),
    ],
    [
      red('Weakens what the executor promises:'),
      ({ severity, path }) => severity === 'risk' && !aboutNames.has(path[0]),
    ],
    [painter(style, 'yellow')('Allows less than it seems to:'), ({ severity }) => severity === 'gap'],
    [painter(style, 'bold')('Changes nothing:'), ({ severity }) => severity === 'clutter'],
    [painter(style, 'bold')('Worth knowing:'), ({ severity }) => severity === 'remark'],
  ];
  const blocks = groups.flatMap(([title, holds]) => {
    const some = findings.filter(holds).toSorted((a, b) => a.line - b.line || a.column - b.column);
    return some.length === 0
      ? []
      : [[title, ...some.map((finding) => describeLint(finding, file))].join('\n')];
  });
  return `${blocks.join('\n\n')}\n`;
}

function describeLint({ path, about, message, line, column }: PlacedFinding, file: string): string {
  return `  ${file}:${line}:${column}: ${formatKeyPath(path)}\n    ${plainLine(about)} ${plainLine(message)}.`;
}
