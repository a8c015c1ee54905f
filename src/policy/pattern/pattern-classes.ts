// Classes in patterns: `[abc]`, `[a-z]`, `[!a]` and `[^a]`, each for one character. What else starts with `[` is malformed
// to GitLab, or meant otherwise.
import { type PatternFault, patternFault } from './pattern-fault.ts';

/** @returns null: GitLab reads every class, and as it is meant. */
export function checkClasses(pattern: string): PatternFault | null {
  for (const [text] of withoutEscapes(pattern).matchAll(/\[\[:[^\]]*\]\]?|\[[^\]]*\]?|\]/g)) {
    const reason = classFault(text);
    if (reason === null) continue;
    const instead = writtenOtherwise(text);
    return patternFault(
      `has \`${text}\`, ${reason}`,
      instead === null ? null : pattern.replace(text, instead),
    );
  }
  return null;
}

/** Two colons, and nothing but what an address has. */
const ipv6Address = /^\[(?:[0-9a-f]*:){2}[0-9a-f:]*\]$/i;

function writtenOtherwise(text: string): string | null {
  if (ipv6Address.test(text)) return `\\[${text.slice(1, -1)}\\]`;
  if (/^\[[!^]\/\]$/.test(text)) return '?';
  return /^\[[\w./:]+\]$/.test(text) ? `{${Array.from(text.slice(1, -1)).join(',')}}` : null;
}

function classFault(text: string): string | null {
  if (text === ']') return 'a `]` without its `[`; write `\\]` for the character itself';
  if (!text.endsWith(']')) return 'a `[` without its `]`; write `\\[` for the character itself';
  if (/^\[\[:/.test(text)) return 'a named class, which GitLab does not know; write `[a-z]`';
  const inner = text.slice(1, -1).replace(/^[!^]/, '');
  if (inner === '' || text === '[]')
    return 'an empty class; write `\\[` and `\\]` for the characters themselves';
  if (ipv6Address.test(text))
    return 'a class of single characters; for the brackets of an IPv6 address write `\\[` and `\\]`';
  if (inner.includes('/')) return 'a class with a `/`, which parts are split at; write it outside of classes';
  if (/[[{},*?]/.test(inner)) return 'a class of characters that no name has';
  const backwards = [...inner.matchAll(/(.)-(.)/g)].find(([, from = '', to = '']) => from > to);
  return backwards === undefined ? null : `where \`${backwards[0]}\` runs backwards`;
}

/** Escaped characters become plain ones, so that the scanners above do not take them for syntax. */
function withoutEscapes(pattern: string): string {
  return pattern.replace(/\\./g, '_');
}
