// Patterns and names as nobody would write them, to hold the matcher against GitLab's: stars, braces, classes and ends side
// by side. The same seed gives the same pairs for ever, so that GitLab's verdicts can be kept (fixtures/doublestar-pairs.json).
// For others, ask doublestar: a Go program of ten lines that reads these pairs as JSON.

export interface PatternPairs {
  readonly pattern: string;
  readonly names: readonly string[];
}

type Chance = (below: number) => number;

const literals = ['a', 'b', 'ab', 'x', '.', ':', ':1', '@', '-', '/', '/', '/', 'a/b', 'x.y/', '\\['];
const stars = ['*', '*', '**', '**', '/**', '**/', '/**/', '***'];
const classes = ['?', '[ab]', '[a-c]', '[!a]', '[^:]', '[!a-z]', '[.-9]', '[+-9]', '[:@]', '[a-c-]', '[-x]'];
const fillings = ['', 'a', 'b', '1', 'ab', 'x/a', 'a/b', '/', ':', '.'];
const digest = `@sha256:${'0'.repeat(64)}`;
const nameParts = ['a', 'b', 'c', 'ab', 'ba', 'x', 'x.y', 'a-b', '1'];
const nameEnds = ['', '', '', ':1', ':a', ':a-b'];
const patternStarts = ['a', 'b', 'ab', 'a/b', 'x.y/', 'x/', '', ''];

/** `seed`: any whole number; each gives another endless row. Names need not be valid, patterns may be refused. */
export function* generatePairs(seed: number): Generator<PatternPairs, never> {
  const chance = chanceFrom(seed);
  for (;;) {
    const pattern = pick(patternStarts, chance) + patternBy(chance, 0);
    const names = Array.from({ length: 2 }, () => nameBy(chance));
    for (let each = 0; each < 4; each += 1) names.push(nameLike(pattern, chance));
    yield { pattern, names: [...new Set(names)].filter((name) => name !== '') };
  }
}

/** mulberry32: small, and the same everywhere. */
function chanceFrom(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function pick(from: readonly string[], chance: Chance): string {
  return from[chance(from.length)] ?? '';
}

function patternBy(chance: Chance, depth: number): string {
  const pieces = Array.from({ length: chance(depth === 0 ? 5 : 4) + (depth === 0 ? 1 : 0) }, () => {
    const kind = chance(10);
    if (kind < 3) return pick(literals, chance);
    if (kind < 6) return pick(stars, chance);
    if (kind < 7) return pick(classes, chance);
    return depth < 2 ? groupBy(chance, depth) : '*';
  });
  return pieces.join('');
}

function groupBy(chance: Chance, depth: number): string {
  const known = ['{,:*,@*}', '{,:*}', '{*,}', '{,/**}', '{**/,}'];
  if (chance(4) === 0) return pick(known, chance);
  const items = Array.from({ length: 1 + chance(3) }, () => patternBy(chance, depth + 1));
  return `{${items.join(',')}}`;
}

function nameBy(chance: Chance): string {
  const parts = Array.from({ length: 1 + chance(4) }, () => pick(nameParts, chance));
  return parts.join('/') + (chance(25) === 0 ? digest : pick(nameEnds, chance));
}

/** A name that the pattern has a fair chance to match. */
function nameLike(pattern: string, chance: Chance): string {
  let name = pattern;
  for (let group = innermost(name); group !== null; group = innermost(name)) {
    name = name.replace(group[0], () => pick((group[1] ?? '').split(','), chance));
  }
  return name
    .replace(/\[[^\]]*\]|\?/g, () => pick(['a', 'b', '/', '1', ':', '.'], chance))
    .replace(/\*+/g, () => pick(fillings, chance));
}

function innermost(text: string): RegExpExecArray | null {
  return /\{([^{}]*)\}/.exec(text);
}
