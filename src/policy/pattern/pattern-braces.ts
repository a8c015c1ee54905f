// Braces in patterns: `{a,b}` is what people mean by it; ranges and single items are not what GitLab makes of them.
import { countAlternatives, maxAlternatives } from './expand-braces.ts';
import { type PatternFault, patternFault } from './pattern-fault.ts';

/** @returns null: every brace has its partner, and says what it means. */
export function checkBraces(pattern: string): PatternFault | null {
  if (!/[{},]/.test(pattern)) return null;
  const range = /\{[^{},]*\.\.[^{},]*\}/.exec(pattern)?.[0];
  if (range !== undefined) {
    return patternFault(
      `has \`${range}\`, which GitLab reads as plain characters`,
      rangeWritten(pattern, range),
    );
  }
  const single = /\{([^{},]*)\}/.exec(pattern);
  if (single !== null) {
    return patternFault(`has \`${single[0]}\` with one item`, pattern.replace(single[0], single[1] ?? ''));
  }
  if (!arePaired(pattern)) return patternFault('has a `{`, `}` or `,` without its partner');
  if (countAlternatives(pattern) > maxAlternatives) {
    return patternFault(
      `stands for more than ${maxAlternatives} patterns; write wildcards or several patterns`,
    );
  }
  return null;
}

function arePaired(pattern: string): boolean {
  let depth = 0;
  for (const character of pattern) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0 || (character === ',' && depth === 0)) return false;
  }
  return depth === 0;
}

/** `{1..3}` as `{1,2,3}`, while that stays readable. */
function rangeWritten(pattern: string, range: string): string | null {
  const [, from = '', to = ''] = /^\{(\d+)\.\.(\d+)\}$/.exec(range) ?? [];
  const count = Number(to) - Number(from) + 1;
  if (from === '' || count < 2 || count > 20) return null;
  const items = Array.from({ length: count }, (_, index) => String(Number(from) + index));
  return pattern.replace(range, `{${items.join(',')}}`);
}
