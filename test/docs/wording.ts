// What a page may not do to its readers: lines of any width, and words that only we use.

/** Fits two pages side by side on a screen, and what the code is formatted to. */
const maxColumns = 120;

/** Words that a reader looks up in vain, each with what to write. */
const dialect: readonly (readonly [found: RegExp, instead: string])[] = [
  [/\bdisarm\w*/, 'sanitize text, scrub files'],
  [/\baloud\b/, 'with a warning; prints why'],
  [/\band a little\b/, 'shortly after'],
  [/\b(?:that|which) (?:is|are) none\b/, 'not a …, invalid'],
  [/\banew\b/, 'again, re-read, regenerate, reopen'],
  [/\btaken up again\b/, 'resumed'],
  [/\bbears? trouble\b/, 'retries'],
  [/\bmend(?:s|ed|ing)?\b/, 'fix, remedy'],
  [/\bwish(?:es|ed)?\b/, 'request'],
  [/\bin want of\b/, 'without'],
  [/\bfor ever\b/, 'forever'],
  [/\bunheard\b/, 'best effort'],
  [/\btwin keys\b/, 'duplicate keys'],
  [/\bjudg(?:e[ds]?|ing)\b/, 'check, evaluate'],
  [/\b(?:hears?|heard) (?:of|from)\b/, 'read, see; responds'],
  [/\buntold\b/, 'unreported'],
  [/\bvanish\w*/, 'is lost, is deleted'],
  [/\bthie(?:f|ves)\b/, 'who steals'],
];

/** Names of declarations that hold a limit, or something that is reported, in words of our own. */
const dialectNames: readonly (readonly [found: RegExp, instead: string])[] = [
  [/^(?:most|longest|Most|Longest)(?=[A-Z]|$)/, 'max…'],
  [/^(?:least|shortest|Least|Shortest)(?=[A-Z]|$)/, 'min…'],
  [/(?:^t|T|[a-z]T)old(?=[A-Z]|$)/, 'reported, logged'],
  [/(?:^[jJ]|[a-z]J)udge/, 'check…, evaluate…'],
  [/(?:^[mM]|[a-z]M)end(?=[A-Z]|$)/, 'fix…, remedy'],
  [/^(?:wish|patience|court|pulse)(?=[A-Z]|$)/i, 'request, timeout, heartbeat'],
];

/** Lines of code are blank in it, so that numbers stay; spans of code are gone. */
function proseOf(text: string): string {
  return text
    .replaceAll(/^ *(```+)[\s\S]*?^ *\1/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`/g, '``');
}

/** `LINE: text` for each line of prose that is too long and has a space to break at. Tables, headings and code may be long. */
export function findLongLines(text: string): readonly string[] {
  const original = text.split('\n');
  return proseOf(text)
    .split('\n')
    .flatMap((prose, index) => {
      const line = original[index] ?? '';
      const isFree = prose.trim() === '' || /^ *(?:\||#|<!--)/.test(prose) || !/\S \S/.test(prose.slice(2));
      return isFree || line.length <= maxColumns ? [] : [`${index + 1}: ${line}`];
    });
}

/** Each word of our dialect in the prose, with its line and what to write. Phrases may be wrapped. */
export function findDialect(text: string): readonly string[] {
  const prose = proseOf(text);
  return dialect.flatMap(([found, instead]) =>
    [...prose.matchAll(new RegExp(found.source.replaceAll(' ', '\\s+'), 'gi'))].map(
      (match) => `${prose.slice(0, match.index).split('\n').length}: "${match[0]}"; write: ${instead}`,
    ),
  );
}

/** Each name of our dialect among the declared ones, with its line and what to write. */
export function findDialectNames(
  names: readonly { readonly name: string; readonly line: number }[],
): readonly string[] {
  return names.flatMap(({ name, line }) =>
    dialectNames.flatMap(([found, instead]) =>
      found.test(name) ? [`${line}: "${name}"; write: ${instead}`] : [],
    ),
  );
}
