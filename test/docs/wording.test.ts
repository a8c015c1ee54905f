// Pages wrap at one width; pages and sources speak plain English.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments, root } from './documents.ts';
import { declaredNames, proseOfSource } from './source-prose.ts';
import { findDialect, findDialectNames, findLongLines } from './wording.ts';

// config/allow-lists quotes the owners of its lists.
const ownComments = [
  'config/*.{yaml,toml}',
  'config/{kubernetes,kubernetes/seccomp,policies,systemd}/*.*',
  'test/scenarios/*/expected.yaml',
];

const sources = globSync('{src,cmd}/**/*.{ts,sh}', { cwd: root, exclude: ['src/**/*.generated.ts'] }).sort();

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
    'An image is judged.',
    'An author hears of it.',
    'The crash stays untold.',
  ])('finds the dialect in %j', (text) => {
    expect(findDialect(text)).toHaveLength(1);
  });

  it('leaves code, and words that only look alike, alone', () => {
    expect(
      findDialect('`mends` became `remedies`.\n```\nit waits for ever\n```\nA recommendation is renewed.'),
    ).toEqual([]);
  });
});

describe('proseOfSource', () => {
  it.each([
    ['a comment', 'a(); // it mends'],
    ['the first of two comments', '// it mends\n// rows\na();'],
    ['a docstring', '/** It is read\n * anew. */\nfunction a() {}'],
    ['a comment in a list', "a = [\n  'b',\n  // it mends\n  'c',\n];"],
    ['a comment at the end', 'a();\n// it mends'],
    ['a string', "const a = 'it mends';"],
    ['a template', 'const a = `it mends`;'],
    ['the parts of a template', 'const a = `${b} mends ${c}`;'],
    ['the end of a template', 'const a = `${b}\n${c} mends`;'],
    ['a property', "const a = { 'mends': 1 };"],
  ])('shows %s', (_, text) => {
    expect(findDialect(proseOfSource(text))).toHaveLength(1);
  });

  it.each([
    ['names', 'const mends = wish + (anew as untold);'],
    ['a span of code in a comment', '// `mends` is its name'],
    ['a phrase of two texts', "const a = ['for', 'ever'];"],
    ['a pattern', 'const a = /it mends/;'],
  ])('leaves %s out', (_, text) => {
    expect(findDialect(proseOfSource(text))).toEqual([]);
  });

  it('keeps the lines', () => {
    expect(findDialect(proseOfSource("a();\n\n/* b\n */ c('it mends');"))).toEqual([
      '4: "mends"; write: fix, remedy',
    ]);
  });
});

describe('findDialectNames', () => {
  it.each([
    ['a constant', 'const mostEntries = 5;', 'max…'],
    ['a parameter', 'const a = (longest: number) => longest;', 'max…'],
    ['a field', 'interface A {\n  readonly leastSeconds: number }', 'min…'],
    ['an unpacked field', 'const { a: wasTold } = b;', 'reported, logged'],
    ['a type', 'type Told = 1;', 'reported, logged'],
    ['a function', 'function judgeImage() {}', 'check…, evaluate…'],
  ])('finds %s', (_, text, instead) => {
    expect(findDialectNames(declaredNames(text))).toEqual([expect.stringContaining(`write: ${instead}`)]);
  });

  it('leaves names that only look alike, and names of others, alone', () => {
    const text = 'const [almost, atMost, threshold, recommended] = a.longest.told;';

    expect(findDialectNames(declaredNames(text))).toEqual([]);
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

it.each(sources)('uses the words of the field in %s', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const found = path.endsWith('.ts')
    ? [...findDialect(proseOfSource(text)), ...findDialectNames(declaredNames(text))]
    : findDialect(text);

  expect(found).toEqual([]);
});
