// Pages wrap at one width, and speak plain English.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments, root } from './documents.ts';
import { findDialect, findLongLines } from './wording.ts';

// config/allow-lists quotes the owners of its lists.
const ownComments = [
  'config/*.{yaml,toml}',
  'config/{kubernetes,profiles,systemd}/*',
  'test/scenarios/*/expected.yaml',
];

describe('findLongLines', () => {
  const long = 'word '.repeat(25);

  it.each([
    ['a paragraph', long],
    ['an item of a list', `- ${long}`],
    ['a line after a block of code', `\`\`\`\n${long}\n\`\`\`\n${long}`],
  ])('finds the long line in %s', (_, text) => {
    expect(findLongLines(text)).toHaveLength(1);
  });

  it.each([
    ['a table', `| ${long} |`],
    ['a block of code', `\`\`\`sh\n${long}\n\`\`\``],
    ['a heading', `# ${long}`],
    ['a word that cannot be broken', `[${'a'.repeat(50)}](https://example.org/${'b'.repeat(60)})`],
    ['120 columns', 'a '.repeat(60).trim()],
  ])('allows %s', (_, text) => {
    expect(findLongLines(text)).toEqual([]);
  });
});

describe('findDialect', () => {
  it.each([
    'Text is disarmed before we print it.',
    'It skips aloud.',
    'The pod ends at its timeout and a little.',
    'A name that is none is rejected.',
    'The token is read\nanew.',
    'A connection is taken up again.',
    'Cleanup bears trouble.',
    'A hint that mends the row.',
    "The job's wish comes last.",
  ])('finds the dialect in %j', (text) => {
    expect(findDialect(text)).toHaveLength(1);
  });

  it('leaves code, and words that only look alike, alone', () => {
    expect(
      findDialect('`mends` became `remedies`.\n```\nit waits for ever\n```\nA recommendation is renewed.'),
    ).toEqual([]);
  });
});

describe.each(readDocuments())('$path', ({ text }) => {
  it('the page wraps its prose at 120 columns', () => {
    expect(findLongLines(text)).toEqual([]);
  });

  it('the page uses the words of the field', () => {
    expect(findDialect(text)).toEqual([]);
  });
});

it.each(globSync(ownComments, { cwd: root }).sort())('uses the words of the field in %s', (path) => {
  expect(findDialect(readFileSync(join(root, path), 'utf8'))).toEqual([]);
});
