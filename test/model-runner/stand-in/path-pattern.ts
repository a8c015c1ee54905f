// Path patterns of artifacts and caches: `*`, `?`, `[…]`, `{a,b}`, and `**` for any number of folders; a dot is an ordinary character.

/** Matches a whole path, as the helper's doublestar does. */
export function pathPattern(pattern: string): RegExp {
  return new RegExp(`^${pattern === '**' ? '.*' : translate(pattern)}$`, 's');
}

/** The part before the first wildcard: nothing outside it can match. */
export function fixedPart(pattern: string): string {
  const at = pattern.search(/[*?[{]/);
  return at === -1 ? pattern : pattern.slice(0, pattern.slice(0, at).lastIndexOf('/') + 1);
}

const pieces = /\/\*\*$|(?<=^|\/)\*\*\/|\*\*|\*|\?|\[[!^]?\]?[^\]]*\]|\{|\}|,|\\.|[\s\S]/g;

function translate(pattern: string): string {
  let depth = 0;
  return (pattern.match(pieces) ?? [])
    .map((piece) => {
      if (piece === '/**') return '(?:/.*)?';
      if (piece === '**/') return '(?:.*/)?';
      if (piece === '**' || piece === '*') return '[^/]*';
      if (piece === '?') return '[^/]';
      if (piece.startsWith('[') && piece.length > 1)
        return piece.replace(/^\[!/, '[^').replace(/\\/g, '\\\\');
      if (piece === '{') depth++;
      if (piece === '}') depth--;
      if (piece === '{') return '(?:';
      if (piece === '}') return ')';
      if (piece === ',' && depth > 0) return '|';
      return piece.replace(/^\\(.)$/s, '$1').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
}
