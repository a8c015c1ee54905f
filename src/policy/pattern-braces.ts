// Braces in patterns: `{a,b}` means the same to every matcher; ranges, single items and `**` in them do not.
import { expandBraces, mostAlternatives } from './expand-braces.ts';
import { fault, type PatternFault } from './pattern-fault.ts';

/** @returns null: the braces mean the same to GitLab Runner and to us. */
export function checkBraces(pattern: string): PatternFault | null {
  if (!/[{},]/.test(pattern)) return null;
  const range = /\{[^{},]*\.\.[^{},]*\}/.exec(pattern)?.[0];
  if (range !== undefined) {
    return fault(`has \`${range}\`, which GitLab reads as plain characters`, rangeWritten(pattern, range));
  }
  const single = /\{([^{},]*)\}/.exec(pattern);
  if (single !== null) {
    return fault(`has \`${single[0]}\` with one item`, pattern.replace(single[0], single[1] ?? ''));
  }
  if (braceDepths(pattern) === null) return fault('has a `{`, `}` or `,` without its partner');
  if (/\{[^{}]*\*\*/.test(pattern) || insideBraces(pattern).includes('**')) {
    return fault('has `**` inside braces, which matchers read differently; write one pattern for each');
  }
  if (expandBraces(pattern) === null) {
    return fault(`stands for more than ${mostAlternatives} patterns; write wildcards or several patterns`);
  }
  return null;
}

/** The depth of braces at each character; null when they or their commas do not pair up. */
function braceDepths(pattern: string): readonly number[] | null {
  const depths: number[] = [];
  let depth = 0;
  for (const character of pattern) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0 || (character === ',' && depth === 0)) return null;
    depths.push(depth);
  }
  return depth === 0 ? depths : null;
}

function insideBraces(pattern: string): string {
  const depths = braceDepths(pattern) ?? [];
  return Array.from(pattern, (character, index) => ((depths[index] ?? 0) > 0 ? character : ' ')).join('');
}

/** `{1..3}` as `{1,2,3}`, while that stays readable. */
function rangeWritten(pattern: string, range: string): string | null {
  const [, from = '', to = ''] = /^\{(\d+)\.\.(\d+)\}$/.exec(range) ?? [];
  const count = Number(to) - Number(from) + 1;
  if (from === '' || count < 2 || count > 20) return null;
  const items = Array.from({ length: count }, (_, index) => String(Number(from) + index));
  return pattern.replace(range, `{${items.join(',')}}`);
}
