// Regular expressions among patterns, which are globs: what a list of another tool holds, or a habit.
import { type PatternFault, patternFault } from './pattern-fault.ts';

/** Signs of one that mean nothing in a glob, or that no name has. `.*` is none: `python:3.*` is a pattern. */
const signs = /^\^|\\[dwsDWSbB]|\\[./-].*\.[*+]|[^$]\$$|\([^()]*\)|\||^\/.*\/$/;

export function checkRegexp(pattern: string): PatternFault | null {
  if (!signs.test(pattern) || /\$[A-Za-z_{]/.test(pattern)) return null;
  return patternFault(
    'looks like a regular expression, and patterns are globs: `*` stands for any characters within a part, `**` across parts, `{a,b}` for one of them',
    asGlob(pattern),
  );
}

function asGlob(pattern: string): string {
  return pattern
    .replace(/^\/?\^?|\$?\/?$/g, '')
    .replace(/\\([./-])/g, '$1')
    .replace(/\((?:\?:)?([^()]*)\)|^([^/:]*\|[^/:]*)$/g, (_, inner?: string, all?: string) => {
      const items = (inner ?? all ?? '').split('|');
      return items.length > 1 ? `{${items.join(',')}}` : (items[0] ?? '');
    })
    .replace(/\/\.[*+]$/, '/**')
    .replace(/\.[*+]/g, '*');
}
