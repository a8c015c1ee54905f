// `include: 'ci/*.yml'` as GitLab reads it (Repository#search_files_by_wildcard_path): `*` is anything within one folder, `**`
// anything at all, slashes too; every other character is itself.

type Token = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'part' | 'all' };

export function isIncludePattern(path: string): boolean {
  return path.includes('*');
}

/** The folder that all its files are in or below; '' for the top. */
export function folderOf(pattern: string): string {
  const literal = pattern.slice(0, pattern.indexOf('*'));
  return literal.slice(0, Math.max(literal.lastIndexOf('/'), 0));
}

/** Step by step and not by a regular expression, for which a file could write a pattern that takes forever. */
export function compileIncludePattern(pattern: string): (path: string) => boolean {
  const tokens = tokensOf(pattern);
  return (path) => {
    let states = closure(new Set([0]), tokens);
    for (const character of path) {
      const next = new Set<number>();
      for (const state of states) {
        const token = tokens[state];
        if (token === undefined) continue;
        if (token.kind !== 'text') {
          if (token.kind === 'all' || character !== '/') next.add(state);
        } else if (token.text === character) next.add(state + 1);
      }
      states = closure(next, tokens);
    }
    return states.has(tokens.length);
  };
}

function tokensOf(pattern: string): readonly Token[] {
  return (pattern.match(/\*\*|\*|[^*]/gsu) ?? []).map((text) => {
    if (text === '**') return { kind: 'all' };
    return text === '*' ? { kind: 'part' } : { kind: 'text', text };
  });
}

/** Stars may stand for nothing. */
function closure(states: Set<number>, tokens: readonly Token[]): ReadonlySet<number> {
  for (const state of states) {
    const token = tokens[state];
    if (token !== undefined && token.kind !== 'text') states.add(state + 1);
  }
  return states;
}
