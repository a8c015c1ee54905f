// How GitLab Runner compares a name with a pattern (doublestar v4, Match), written again: one walk over both, which goes back to
// the last `*`, else to the last `**/`, when something does not fit. Not every reader would expect all of it, so it is kept
// step by step. It takes time in the measure of name × name × pattern at the very most, whatever the two hold.
import { star, type TokenizedPattern, takesCharacter } from './pattern-tokens.ts';

// Where to go on when what follows does not fit: behind a `*`, which takes one character more, or behind a `**/`, one part more.
interface Retry {
  readonly token: number;
  readonly at: number;
}

interface Walk extends TokenizedPattern {
  readonly name: string;
  /** The next token, and the next character of the name. */
  token: number;
  at: number;
  /** A part starts here, so that `**` can be what it looks like. */
  isStart: boolean;
  /** The last brace that was passed. Those behind it still stand: a `*` right before one does not see what is in it. */
  joint: number;
  star: Retry | null;
  globstar: Retry | null;
}

export function matchTokens(pattern: TokenizedPattern, name: string): boolean {
  const walk = { ...pattern, name, token: 0, at: 0, isStart: true, joint: -1, star: null, globstar: null };
  while (walk.at < name.length) {
    if (!step(walk) && !retryStar(walk) && !retryGlobstar(walk)) return false;
  }
  return canEnd(walk);
}

/** @returns false: the next token does not take the next character. */
function step(walk: Walk): boolean {
  if (isJoint(walk, walk.token)) {
    walk.joint = walk.token;
    walk.isStart = true;
  }
  const token = walk.tokens[walk.token];
  if (token === undefined) return false;
  if (token === star) {
    passStar(walk);
    return true;
  }
  if (!takesCharacter(token, walk.name[walk.at] ?? '')) return false;
  walk.token += 1;
  walk.at += 1;
  walk.isStart = token === '/';
  return true;
}

/** `**` reaches over slashes only from the start of a part, and to the end or up to a `/`. */
function passStar(walk: Walk): void {
  const { tokens, at } = walk;
  const isDouble = tokens[walk.token + 1] === star && !isJoint(walk, walk.token + 1);
  walk.token += isDouble ? 2 : 1;
  if (isDouble && walk.isStart && !isJoint(walk, walk.token)) {
    const next = tokens[walk.token];
    if (next === undefined) {
      walk.at = walk.name.length;
      return;
    }
    if (next === '/') {
      walk.token += 1;
      walk.globstar = { token: walk.token, at };
      walk.star = null;
      return;
    }
  }
  walk.isStart = false;
  walk.star = { token: walk.token, at };
}

function retryStar(walk: Walk): boolean {
  if (walk.star === null || walk.name[walk.star.at] === '/') return false;
  const { token, at } = walk.star;
  walk.star = { token, at: at + 1 };
  [walk.token, walk.at, walk.isStart] = [token, at + 1, false];
  return true;
}

function retryGlobstar(walk: Walk): boolean {
  if (walk.globstar === null) return false;
  const { token, at } = walk.globstar;
  const slash = walk.name.indexOf('/', at);
  if (slash < 0) return false;
  walk.globstar = { token, at: slash + 1 };
  [walk.token, walk.at, walk.isStart] = [token, slash + 1, true];
  return true;
}

/** What is left of a pattern when a name has ended may only be one of these, and no brace may be in it. */
const nothing: ReadonlySet<string> = new Set(['', '*', '**', '/**', '**/', '/**/']);

function canEnd({ tokens, joints, token, joint }: Walk): boolean {
  if ((joints.at(-1) ?? -1) > Math.max(joint, token)) return false;
  const maxTokens = 4;
  if (tokens.length - token > maxTokens) return false;
  const rest = tokens.slice(token).map((each) => (each === star ? '*' : each === '/' ? '/' : ' '));
  return nothing.has(rest.join(''));
}

function isJoint({ joints, joint }: Walk, token: number): boolean {
  return token > joint && joints.includes(token);
}
