// What a pattern writes out: its braces, and its small classes, are so many patterns to whoever reads it.
import { expandAlternatives, maxAlternatives } from '../../policy/pattern/expand-braces.ts';
import { type Token, type TokenizedPattern, takesCharacter, tokenizePattern } from './pattern-tokens.ts';

/** `[12]` writes out two names; `[a-z]` is a wildcard. */
const maxMembers = 16;

export function writeOut(pattern: string): readonly TokenizedPattern[] {
  return (expandAlternatives(pattern) ?? []).flatMap((each) => {
    const tokenized = tokenizePattern(each);
    if (tokenized === null) return [];
    return writeOutClasses(tokenized.tokens).map((tokens) => ({ tokens, joints: tokenized.joints }));
  });
}

function writeOutClasses(tokens: readonly Token[]): readonly (readonly Token[])[] {
  let written: readonly (readonly Token[])[] = [[]];
  for (const token of tokens) {
    const members = membersOf(token);
    if (written.length * members.length > maxAlternatives) return [tokens];
    written = written.flatMap((start) => members.map((member) => [...start, member]));
  }
  return written;
}

/** What stands in a class, as long as that can be read at a glance; a class that takes a `/` can not. */
function membersOf(token: Token): readonly Token[] {
  if (typeof token !== 'object' || token.isNegated || takesCharacter(token, '/')) return [token];
  const members = token.ranges.flatMap(([from, to]) => charactersBetween(from, to));
  return members.length > maxMembers ? [token] : members;
}

function charactersBetween(from: string, to: string): readonly string[] {
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
}
