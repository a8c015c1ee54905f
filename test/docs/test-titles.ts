// The titles of all tests, as a list of failures prints them.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './documents.ts';

export interface Title {
  readonly file: string;
  readonly kind: 'describe' | 'test';
  readonly text: string;
}

/** `it('…', …`, or the second call of a table of rows: `…)('…', …`. A test or options follow. */
const title =
  /^(?: *(?:it|test|describe)\b[^'"`\n]*|.*\))\(\s*(?<quote>['"`])(?<text>(?:\\.|(?!\k<quote>).)*)\k<quote>,\s+(?=async\b|function\b|[({]|\w+ =>)/gm;

export function titlesIn(file: string, source: string): readonly Title[] {
  return [...source.matchAll(title)].map(({ 0: whole, groups = {} }) => ({
    file,
    kind: /^ *describe\b/.test(whole) ? 'describe' : 'test',
    text: groups['text'] ?? '',
  }));
}

export function readTitles(): readonly Title[] {
  const files = globSync('test/**/*.test.ts', { cwd: root, exclude: ['**/node_modules/**'] }).sort();
  return files.flatMap((file) => titlesIn(file, readFileSync(join(root, file), 'utf8')));
}

/** Words that go on with a sentence which a `describe` began. A list of failures may be cut there. */
const continuing =
  /^(?:that|which|who|whose|where|when|while|with|without|of|in|on|at|by|from|for|and|or|but|also|is|are|was|were|be|may|can|cannot|must|they|them|it|its|their)\b/i;

/** A row's name as the whole title says something; a value (`%j`, `%s: %s`) says nothing. */
const valuesOnly = /^(?:%[a-z]|[\s:.,–-])+$/;

export function isFragment(text: string): boolean {
  return continuing.test(text) || valuesOnly.test(text);
}
