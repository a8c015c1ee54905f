// `{a,b}` as the patterns it stands for, from left to right as GitLab's matcher does it. Braces that do not pair up never
// get here: they are refused before.

/** A pattern that stands for more is a list in disguise, and the next brace would double it. */
export const maxAlternatives = 256;

export interface Alternative {
  /** The pattern with one item in place of each group. */
  readonly text: string;
  /** Where groups stood in it, ascending: GitLab's matcher reads on there as it would at the start of a part. */
  readonly joints: readonly number[];
}

interface Group {
  readonly at: number;
  readonly items: readonly string[];
  readonly after: string;
}

/** @returns null: it stands for more than maxAlternatives patterns. */
export function expandBraces(pattern: string): readonly string[] | null {
  const alternatives = expandAlternatives(pattern);
  return alternatives && [...new Set(alternatives.map(({ text }) => text))];
}

/** @returns null: it stands for more than maxAlternatives patterns. */
export function expandAlternatives(pattern: string): readonly Alternative[] | null {
  if (countAlternatives(pattern) > maxAlternatives) return null;
  const plain: Alternative[] = [];
  let open: readonly Alternative[] = [{ text: pattern, joints: [] }];
  while (open.length > 0) {
    const next: Alternative[] = [];
    for (const alternative of open) {
      const expanded = expandFirst(alternative);
      if (expanded === null) plain.push(alternative);
      else next.push(...expanded);
    }
    open = next;
  }
  return plain;
}

/** How many patterns it stands for, some of them perhaps alike; found without making them. */
export function countAlternatives(pattern: string): number {
  // For each brace that is open: the alternatives before its last comma, and those since.
  const open = [{ before: 0, since: 1 }];
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index];
    const innermost = open.at(-1);
    if (innermost === undefined) break;
    if (character === '\\') index += 1;
    else if (character === '{') open.push({ before: 0, since: 1 });
    else if (character === ',' && open.length > 1) {
      innermost.before += innermost.since;
      innermost.since = 1;
    } else if (character === '}' && open.length > 1) {
      open.pop();
      const around = open.at(-1);
      if (around !== undefined) around.since *= innermost.before + innermost.since;
    }
  }
  return open[0]?.since ?? 1;
}

/** @returns null: there is no group left. */
function expandFirst({ text, joints }: Alternative): readonly Alternative[] | null {
  const group = findGroup(text, joints.at(-1) ?? 0);
  if (group === null) return null;
  const { at, items, after } = group;
  const nested = joints.at(-1) === at ? joints : [...joints, at];
  return [...new Set(items)].map((item) => ({ text: text.slice(0, at) + item + after, joints: nested }));
}

/** The first group from there on, split at its own commas. */
function findGroup(text: string, from: number): Group | null {
  const items: string[] = [];
  let [at, itemAt, depth] = [-1, -1, 0];
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '{') {
      if (depth === 0) [at, itemAt] = [index, index + 1];
      depth += 1;
    } else if (depth === 1 && (character === ',' || character === '}')) {
      items.push(text.slice(itemAt, index));
      if (character === '}') return { at, items, after: text.slice(index + 1) };
      itemAt = index + 1;
    } else if (character === '}' && depth > 0) depth -= 1;
  }
  return null;
}
