// The pattern language of allow-lists: what GitLab Runner's matcher (doublestar v4) and ours (minimatch) read alike.
// Where the two read a pattern differently, or no valid name could ever match it, the policy is not loaded: a pattern
// that silently matches nothing, or too much, is the operator's worst mistake.
import { expandBraces, mostAlternatives } from './expand-braces.ts';

export interface PatternFault {
  /** What is wrong, as the end of a sentence that starts with the pattern. */
  readonly reason: string;
  /** The pattern to write instead, where one is known. */
  readonly suggestion: string | null;
}

/** What a pattern is compared with; it only changes the words. */
export type PatternSubject = 'image name' | 'project path';

/** Far above the longest name (255 characters of path, 128 of tag, a digest): more is a mistake, not a pattern. */
const longestPattern = 1000;

/** Everything a valid name can hold, and what the pattern language adds. */
const knownCharacter = /[A-Za-z0-9._\-:/@+*?[\]{},!^\\]/;

/** @returns null: the pattern means the same to GitLab Runner and to us. */
export function checkPattern(pattern: string, subject: PatternSubject = 'image name'): PatternFault | null {
  if (isPlain(pattern)) return null;
  for (const check of checks) {
    const found = check(pattern, subject);
    if (found !== null) return { ...found, suggestion: soundSuggestion(found.suggestion, pattern, subject) };
  }
  return null;
}

/** Most patterns are names with a `*`, and a list may have ten thousand: they pass at once. */
function isPlain(pattern: string): boolean {
  return pattern.length <= longestPattern && plainForm.test(pattern) && !pattern.endsWith('/**/**');
}

/** Parts with no more than name characters, `*` and `?`, of which none is empty, `.` or `..`. */
const plainForm = /^(?!\.+(?:\/|$))[\w.\-:@+*?]+(?:\/(?!\.+(?:\/|$))[\w.\-:@+*?]+)*$/;

/** A suggestion that is refused in its turn would lead the operator in circles. */
function soundSuggestion(suggestion: string | null, pattern: string, subject: PatternSubject): string | null {
  if (suggestion === null || suggestion === pattern) return null;
  return checkPattern(suggestion, subject) === null ? suggestion : null;
}

type Check = (pattern: string, subject: PatternSubject) => PatternFault | null;

const checks: readonly Check[] = [
  checkLength,
  checkNegation,
  checkScheme,
  checkExtglob,
  checkCharacters,
  checkBackslashes,
  checkClasses,
  checkBraces,
  checkParts,
];

function checkLength(pattern: string, subject: PatternSubject): PatternFault | null {
  if (pattern === '') return fault(`is empty, and no ${subject} is`);
  if (pattern.length <= longestPattern) return null;
  return fault(`has ${pattern.length} characters; ${longestPattern} are more than any ${subject} has`);
}

function checkNegation(pattern: string): PatternFault | null {
  if (!pattern.startsWith('!') || pattern.startsWith('!(')) return null;
  return fault(
    'starts with `!`, which does not negate: a list says what is allowed, and all else is not',
    null,
  );
}

function checkScheme(pattern: string, subject: PatternSubject): PatternFault | null {
  const scheme = /^[a-z]+:\/\//i.exec(pattern)?.[0];
  if (scheme === undefined) return null;
  return fault(`starts with \`${scheme}\`, and no ${subject} does`, pattern.slice(scheme.length));
}

function checkExtglob(pattern: string): PatternFault | null {
  const group = /[?*+@!]\(([^()]*)\)/.exec(pattern);
  if (group === null) return null;
  const items = (group[1] ?? '').split('|');
  const braces = items.length > 1 ? `{${items.join(',')}}` : items[0];
  const suggestion =
    group[0].startsWith('@') && braces !== undefined ? pattern.replace(group[0], braces) : null;
  return fault(`has \`${group[0]}\`, which GitLab reads as plain characters`, suggestion);
}

function checkCharacters(pattern: string, subject: PatternSubject): PatternFault | null {
  const strange = Array.from(pattern).find((character) => !knownCharacter.test(character));
  if (strange === undefined) return null;
  if (strange === '$') return fault('has a `$`: variables are not expanded in patterns');
  if (/\s/.test(strange)) {
    return fault(`has ${nameOf(strange)}, and no ${subject} does`, pattern.replace(/\s+/g, ''));
  }
  return fault(`has ${nameOf(strange)}, and no ${subject} does`);
}

function checkBackslashes(pattern: string): PatternFault | null {
  const escaped = /\\(.?)/.exec(pattern);
  if (escaped === null) return null;
  if (pattern.replace(/\\[[\]]/g, '').includes('\\')) {
    return fault(
      'has a `\\`, which is only needed before `[` and `]`',
      pattern.replace(/\\(?![[\]])/g, '').replace(/\\$/, ''),
    );
  }
  return null;
}

/** `[abc]`, `[a-z]`, `[!a]` and `[^a]` mean the same to both; whatever else starts with `[` does not. */
function checkClasses(pattern: string): PatternFault | null {
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

function checkBraces(pattern: string): PatternFault | null {
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

/** Between slashes there must be something, and not `.` or `..`. */
function checkParts(pattern: string, subject: PatternSubject): PatternFault | null {
  for (const plain of expandBraces(pattern) ?? []) {
    const parts = plain.split('/');
    const dots = parts.find((part) => /^\.+$/.test(part));
    if (dots !== undefined) return fault(`has the part \`${dots}\`, and no ${subject} does`);
    if (/(?:\/\*\*){2}$/.test(plain)) {
      return fault('ends with `/**` twice, and once says it all', pattern.replace(/(?:\/\*\*)+$/, '/**'));
    }
    if (!parts.includes('')) continue;
    if (plain !== pattern) return fault('has an empty alternative beside a `/`; write one pattern for each');
    const mended = pattern.replace(/\/+/g, '/').replace(/^\/|\/$/g, '');
    return fault(
      `has nothing before or after a \`/\`, and no ${subject} is so`,
      mended === '' ? null : mended,
    );
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

/** Escaped characters become plain ones, so that the scanners above do not take them for syntax. */
function withoutEscapes(pattern: string): string {
  return pattern.replace(/\\./g, '_');
}

function nameOf(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (character === ' ') return 'a space';
  if (/[\s\p{C}]/u.test(character)) return `the character ${code}`;
  return /[ -~]/.test(character) ? `\`${character}\`` : `\`${character}\` (${code})`;
}

function fault(reason: string, suggestion: string | null = null): PatternFault {
  return { reason, suggestion };
}
