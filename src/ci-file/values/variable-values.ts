// The names that an image's text stands for, with the variables of the CI files filled in.
import type { JobWays, Way } from './job-ways.ts';

export interface ValueExpansion {
  readonly names: readonly string[];
  /** Why some or all of them could not be found. */
  readonly whys: readonly Why[];
}

interface Why {
  /** A clause. */
  readonly why: string;
  /** Whose value is missing. */
  readonly variable?: string;
}

/** A matrix over more is listed as unresolved rather than half checked. */
const maxNames = 100;
/** GitLab resolves references among variables as deep as they go; hand-written ones go two or three deep. */
const deepestReference = 10;
/** So many variables in one name, its variables and theirs; more is a bomb. */
const maxReferences = 100;
/** Longer than any name can be: what grows past it is a bomb, or a mistake. */
const maxTextLength = 2000;

const reference = /\$(?:\{([^{}]*)\}|(\w+)|(\$))/g;
/** `${TAG:-latest}`: no variable has such a name. */
const shellOperator = /:[-=?+]/;
const input = /\$\[\[/;

/** All names that a text with references stands for. */
export function expandName(text: string, job: JobWays): ValueExpansion {
  if (!text.includes('$')) return { names: [text], whys: [] };
  if (input.test(text)) return { names: [], whys: [{ why: 'takes an input of the file' }] };
  const keys = keysIn(text, job);
  const ways = keys === null ? null : job.waysFor(keys);
  if (keys === null) return { names: [], whys: [{ why: `takes more than ${maxReferences} variables` }] };
  if (ways === null) return { names: [], whys: [tooManyNames] };
  const isSet = new Set([...keys].filter((key) => ways.some((way) => way(key) !== null)));
  const names = new Set<string>();
  const whys = new Map<string, Why>();
  for (const way of ways) {
    const expanded = expandIn(way, isSet)(text);
    if ('why' in expanded) whys.set(expanded.why, expanded);
    else names.add(expanded.text);
  }
  if (names.size > maxNames) return { names: [], whys: [tooManyNames] };
  return { names: [...names], whys: [...whys.values()] };
}

const tooManyNames: Why = { why: `stands for more than ${maxNames} names` };

/** The variables of a text, and those of their values; null: too many. */
function keysIn(text: string, job: JobWays): ReadonlySet<string> | null {
  const keys = new Set<string>();
  const open = [text];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [, braced, bare] of next.matchAll(reference)) {
      const key = braced ?? bare;
      if (key === undefined || keys.has(key)) continue;
      keys.add(key);
      if (keys.size > maxReferences) return null;
      for (const value of job.candidates(key)) if ('text' in value) open.push(value.text);
    }
  }
  return keys;
}

type Expanded = { readonly text: string } | Why;

/** `isSet`: the keys that some way sets; where this one does not, they are empty. */
function expandIn(way: Way, isSet: ReadonlySet<string>): (text: string) => Expanded {
  let references = 0;
  const expand = (text: string, depth: number): Expanded => {
    if (input.test(text)) return { why: 'takes an input of the file' };
    let expanded = '';
    let end = 0;
    for (const { 0: written, 1: braced, 2: bare, 3: dollar, index } of text.matchAll(reference)) {
      const value = dollar === undefined ? fill(braced ?? bare ?? '', depth) : { text: '$' };
      if ('why' in value) return value;
      expanded += text.slice(end, index) + value.text;
      end = index + written.length;
      if (expanded.length > maxTextLength) return { why: 'grows longer than any name' };
    }
    expanded += text.slice(end);
    return expanded.length > maxTextLength ? { why: 'grows longer than any name' } : { text: expanded };
  };
  const fill = (key: string, depth: number): Expanded => {
    references += 1;
    if (references > maxReferences) return { why: `takes more than ${maxReferences} variables` };
    if (depth > deepestReference) return { why: `takes $${key}, which refers to itself` };
    const value = way(key);
    if (value !== null)
      return 'text' in value ? expand(value.text, depth + 1) : { why: `takes $${key}, ${value.why}` };
    if (isSet.has(key)) return { text: '' };
    if (shellOperator.test(key))
      return { why: `takes \${${key}}, where GitLab fills in no default as a shell does` };
    return { why: `takes $${key}, which is defined outside of these files`, variable: key };
  };
  return (text) => expand(text, 0);
}
