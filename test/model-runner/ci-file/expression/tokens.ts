// The words of an `if:` (GitLab: lib/gitlab/ci/pipeline/expression/lexeme).

export type Token =
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'operator'; readonly name: Operator }
  | { readonly kind: 'variable' | 'string' | 'pattern'; readonly text: string }
  | { readonly kind: 'constant'; readonly value: boolean | null };

export type Operator = '==' | '!=' | '=~' | '!~' | '&&' | '||';

/** GitLab takes no longer expression. */
const maxTokens = 100;

const lexemes: readonly { readonly pattern: RegExp; readonly token: (text: string) => Token }[] = [
  { pattern: /\(/y, token: () => ({ kind: 'open' }) },
  { pattern: /\)/y, token: () => ({ kind: 'close' }) },
  { pattern: /\$\w+/y, token: (text) => ({ kind: 'variable', text: text.slice(1) }) },
  { pattern: /".*?"|'.*?'/y, token: (text) => ({ kind: 'string', text: text.slice(1, -1) }) },
  { pattern: /\/(?:[^/]|\\\/)*[^\\]\/[ismU]*/y, token: (text) => ({ kind: 'pattern', text }) },
  { pattern: /null/y, token: () => ({ kind: 'constant', value: null }) },
  { pattern: /\b(?:true|false)\b/y, token: (text) => ({ kind: 'constant', value: text === 'true' }) },
  { pattern: /==|=~|!=|!~|&&|\|\|/y, token: (text) => ({ kind: 'operator', name: text as Operator }) },
];

/** @throws when a word is none of GitLab's */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    if (tokens.length === maxTokens) throw new Error(`Too many tokens in \`${text}\``);
    const found = lexemes.flatMap(({ pattern, token }) => {
      pattern.lastIndex = at;
      const [word] = pattern.exec(text) ?? [];
      return word === undefined ? [] : [{ word, token: token(word) }];
    })[0];
    if (!found) throw new Error(`Unknown lexeme at \`${text.slice(at)}\` in \`${text}\``);
    tokens.push(found.token);
    at += found.word.length;
  }
  return tokens;
}

function skipBlanks(text: string, from: number): number {
  const blank = /\s*/y;
  blank.lastIndex = from;
  return from + (blank.exec(text)?.[0].length ?? 0);
}
