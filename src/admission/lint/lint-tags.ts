// `name:*` misses the name without a tag, and with a digest alone; authors write both.
import { expandBraces } from '../../policy/pattern/expand-braces.ts';
import { shortList } from '../../text/short-list.ts';
import { indexPatterns } from '../match/pattern-index.ts';

export interface TagFinding {
  /** Index of the first pattern that it is about. */
  readonly index: number;
  readonly message: string;
}

/** One finding for all of a list, which mostly has many. */
export function lintTags(patterns: readonly string[]): TagFinding | null {
  const all = indexPatterns(patterns);
  const missing = patterns.flatMap((pattern, index) => {
    const name = repositoriesOf(pattern).find((each) => all.matching(each).length === 0);
    return name === undefined ? [] : [{ index, name, start: pattern.slice(0, -':*'.length) }];
  });
  const [first] = missing;
  if (first === undefined) return null;
  const { index, name, start } = first;
  const others =
    missing.length === 1
      ? ''
      : `. The same holds for ${shortList(missing.slice(1).map((other) => `${other.start}:*`))}`;
  const message =
    `does not allow \`${name}\` without a tag, nor \`${name}@sha256:…\`; authors write both. ` +
    `Add \`${start}\` and \`${start}@sha256:*\`, or \`${start}{,:*,@*}\` for all three${others}`;
  return { index, message };
}

/** The repositories of which it allows any tag, if it is no more than that. */
function repositoriesOf(pattern: string): readonly string[] {
  if (!pattern.endsWith(':*') || /[*?[]/.test(pattern.slice(0, -1))) return [];
  return (expandBraces(pattern) ?? []).map((plain) => plain.slice(0, -':*'.length));
}
