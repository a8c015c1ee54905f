// Classes in patterns: `[abc]`, `[a-z]`, `[!a]` and `[^a]` mean the same to every matcher; whatever else starts with `[` does not.
import { fault, type PatternFault } from './pattern-fault.ts';

/** @returns null: every class means the same to GitLab Runner and to us. */
export function checkClasses(pattern: string): PatternFault | null {
  for (const [text] of withoutEscapes(pattern).matchAll(/\[\[:[^\]]*\]\]?|\[[^\]]*\]?|\]/g)) {
    const reason = classFault(text);
    if (reason === null) continue;
    const host = /^\[[0-9a-f]*:[0-9a-f:]*\]$/i.test(text) ? `\\[${text.slice(1, -1)}\\]` : null;
    return fault(`has \`${text}\`, ${reason}`, host === null ? null : pattern.replace(text, host));
  }
  return null;
}

function classFault(text: string): string | null {
  if (text === ']') return 'a `]` without its `[`; write `\\]` for the character itself';
  if (!text.endsWith(']')) return 'a `[` without its `]`; write `\\[` for the character itself';
  if (/^\[\[:/.test(text)) return 'a named class, which GitLab does not know; write `[a-z]`';
  const inner = text.slice(1, -1).replace(/^[!^]/, '');
  if (inner === '' || text === '[]')
    return 'an empty class; write `\\[` and `\\]` for the characters themselves';
  if (inner.includes(':'))
    return 'a class with a `:`; for the brackets of an IPv6 address write `\\[` and `\\]`';
  if (inner.includes('/')) return 'but a class never matches `/`';
  if (/[[{},*?]/.test(inner)) return 'a class of characters that no name has';
  if (inner.startsWith('-') || inner.endsWith('-')) return 'where the `-` has no start or no end';
  const backwards = [...inner.matchAll(/(.)-(.)/g)].find(([, from = '', to = '']) => from > to);
  return backwards === undefined ? null : `where \`${backwards[0]}\` runs backwards`;
}

/** Escaped characters become plain ones, so that the scanners above do not take them for syntax. */
function withoutEscapes(pattern: string): string {
  return pattern.replace(/\\./g, '_');
}
