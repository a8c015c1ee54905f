// The pattern language of allow-lists is that of GitLab Runner's matcher (doublestar v4), without what cannot be meant: a
// pattern that GitLab takes for malformed, that no valid name could ever match, or that is surely meant otherwise does not
// load. A pattern that silently matches nothing, or too much, is the operator's worst mistake.
import { expandBraces } from './expand-braces.ts';
import { checkBraces } from './pattern-braces.ts';
import { checkClasses } from './pattern-classes.ts';
import { type PatternFault, type PatternSubject, patternFault } from './pattern-fault.ts';
import { checkRegexp } from './pattern-regexp.ts';

/** Far above the longest name (255 characters of path, 128 of tag, a digest): more is a mistake, not a pattern. */
const maxPatternLength = 1000;

/** Everything a valid name can hold, and what the pattern language adds. */
const knownCharacter = /[A-Za-z0-9._\-:/@+*?[\]{},!^\\]/;

/** @returns null: the pattern loads, and means what it means to GitLab Runner. */
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
  return pattern.length <= maxPatternLength && plainForm.test(pattern);
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
  checkRegexp,
  checkCharacters,
  checkBackslashes,
  checkClasses,
  checkBraces,
  checkParts,
];

function checkLength(pattern: string, subject: PatternSubject): PatternFault | null {
  if (pattern === '') return patternFault(`is empty, and no ${subject} is`);
  if (pattern.length <= maxPatternLength) return null;
  return patternFault(
    `has ${pattern.length} characters; ${maxPatternLength} are more than any ${subject} has`,
  );
}

function checkNegation(pattern: string): PatternFault | null {
  if (!pattern.startsWith('!') || pattern.startsWith('!(')) return null;
  return patternFault(
    'starts with `!`, which does not negate: a list says what is allowed, and all else is not',
    null,
  );
}

function checkScheme(pattern: string, subject: PatternSubject): PatternFault | null {
  const scheme = /^[a-z]+:\/\//i.exec(pattern)?.[0];
  if (scheme === undefined) return null;
  return patternFault(`starts with \`${scheme}\`, and no ${subject} does`, pattern.slice(scheme.length));
}

function checkExtglob(pattern: string): PatternFault | null {
  const group = /[?*+@!]\(([^()]*)\)/.exec(pattern);
  if (group === null) return null;
  const items = (group[1] ?? '').split('|');
  const braces = items.length > 1 ? `{${items.join(',')}}` : items[0];
  const suggestion =
    group[0].startsWith('@') && braces !== undefined ? pattern.replace(group[0], braces) : null;
  return patternFault(`has \`${group[0]}\`, which GitLab reads as plain characters`, suggestion);
}

function checkCharacters(pattern: string, subject: PatternSubject): PatternFault | null {
  const strange = Array.from(pattern).find((character) => !knownCharacter.test(character));
  if (strange === undefined) return null;
  if (strange === '$') return patternFault('has a `$`: variables are not expanded in patterns');
  if (/\s/.test(strange)) {
    return patternFault(`has ${nameOf(strange)}, and no ${subject} does`, pattern.replace(/\s+/g, ''));
  }
  return patternFault(`has ${nameOf(strange)}, and no ${subject} does`);
}

function checkBackslashes(pattern: string): PatternFault | null {
  const escaped = /\\(.?)/.exec(pattern);
  if (escaped === null) return null;
  if (pattern.replace(/\\[[\]]/g, '').includes('\\')) {
    return patternFault(
      'has a `\\`, which is only needed before `[` and `]`',
      pattern.replace(/\\(?![[\]])/g, '').replace(/\\$/, ''),
    );
  }
  return null;
}

/** Between slashes there must be something, and not `.` or `..`. */
function checkParts(pattern: string, subject: PatternSubject): PatternFault | null {
  for (const plain of expandBraces(pattern) ?? []) {
    const parts = plain.split('/');
    const dots = parts.find((part) => /^\.+$/.test(part));
    if (dots !== undefined) return patternFault(`has the part \`${dots}\`, and no ${subject} does`);
    if (!parts.includes('')) continue;
    if (plain !== pattern)
      return patternFault('has an empty alternative beside a `/`', slashMovedIn(pattern));
    const fixed = pattern.replace(/\/+/g, '/').replace(/^\/|\/$/g, '');
    return patternFault(
      `has nothing before or after a \`/\`, and no ${subject} is so`,
      fixed === '' ? null : fixed,
    );
  }
  return null;
}

/** `{,a}/b` as `{,a/}b`, and `a/{,b}` as `a{,/b}`. */
function slashMovedIn(pattern: string): string {
  return pattern
    .replace(/\{([^{}]*)\}\//g, (group, items: string) => withSlash(group, items, (item) => `${item}/`))
    .replace(/\/\{([^{}]*)\}$/g, (group, items: string) => withSlash(group, items, (item) => `/${item}`));
}

function withSlash(group: string, items: string, add: (item: string) => string): string {
  const all = items.split(',');
  return all.includes('') ? `{${all.map((item) => (item === '' ? '' : add(item))).join(',')}}` : group;
}

function nameOf(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (character === ' ') return 'a space';
  if (/[\s\p{C}]/u.test(character)) return `the character ${code}`;
  return /[ -~]/.test(character) ? `\`${character}\`` : `\`${character}\` (${code})`;
}
