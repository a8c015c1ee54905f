// Patterns of `rules:changes` and `rules:exists` as Ruby's File.fnmatch takes them with FNM_PATHNAME, FNM_DOTMATCH and FNM_EXTGLOB.

const pieces = /(?<=^|\/)\*\*\/|\*+|\?|\[[!^]?\]?[^\]]*\]|\{|\}|,|\\.|[\s\S]/g;

/** Only a whole `**` with a slash after it stands for folders: `docs/**` is what lies directly in `docs`. */
export function filePattern(pattern: string): RegExp {
  let depth = 0;
  const source = (pattern.match(pieces) ?? []).map((piece) => {
    if (piece === '**/') return '(?:[^/]+/)*';
    if (piece.startsWith('*')) return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.startsWith('[') && piece.length > 1) return piece.replace(/^\[!/, '[^');
    if (piece === '{') depth += 1;
    if (piece === '{') return '(?:';
    if (piece === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (piece === ',' && depth > 0) return '|';
    return piece.replace(/^\\(.)$/s, '$1').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 's');
}
