import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { foldLongLists } from '../../src/policy/fold-long-lists.ts';
import { findTwinKeys } from '../../src/policy/twin-keys.ts';
import { parseYaml } from '../../src/policy/yaml-source.ts';

const items = (indent: string, count = 300) =>
  Array.from({ length: count }, (_, index) => `${indent}- registry.example.org/team-${index}/*:*\n`).join('');

const quotedItems = (indent: string, quote: string) =>
  items(indent).replaceAll(/(?<=- )\S+/g, (value) => `${quote}${value}${quote}`);

/** What YAML says of a text without our folding: the values, or null for a mistake. */
function plain(text: string): unknown {
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false });
  const isSound = document.errors.length + findTwinKeys(document.contents).length === 0;
  return isSound ? document.toJS() : null;
}

function folded(text: string): unknown {
  const parsed = parseYaml(text);
  return 'source' in parsed ? parsed.source.value : null;
}

describe('a long list', () => {
  it('is out of the way of the parser, and no offset moves', () => {
    const text = `a:\n${items('  ')}b: 1\n`;
    const { text: short, runs } = foldLongLists(text);

    expect(runs.map((run) => run.length)).toEqual([300]);
    expect(short).toHaveLength(text.length);
    expect(short.split('\n').filter((line) => line.trim() !== '')).toHaveLength(4);
  });

  it.each(['"', "'"])('is out of the way in quotes (%s), too', (quote) => {
    const text = `a:\n${quotedItems('  ', quote)}`;

    expect(foldLongLists(text).runs.map((run) => run.length)).toEqual([300]);
    expect(folded(text)).toEqual({
      a: expect.arrayContaining(['registry.example.org/team-150/*:*']) as unknown,
    });
  });

  it('is read whole, each item with its place', () => {
    const parsed = parseYaml(`# list\nallowed_images:\n${items('  ')}other: [1, two]\n`);
    const source = 'source' in parsed ? parsed.source : expect.fail('not read');

    expect(source.value).toMatchObject({ other: [1, 'two'] });
    expect(source.placeOf(['allowed_images', 299])).toEqual({ line: 302, column: 5 });
    expect(source.placeOf(['allowed_images', 150])).toEqual({ line: 153, column: 5 });
    expect(source.placeOf(['other', 1])).toEqual({ line: 303, column: 12 });
  });

  it.each([
    ['at the top', items('')],
    ['under a key, without an indent', `a:\n${items('')}b: 1\n`],
    ['twice', `a:\n${items('  ')}b:\n${items('    ')}`],
    ['with other items around it', `a:\n  - {pattern: x}\n${items('  ')}  - "quoted: x"\n  - 5\n`],
    ['with a comment in it', `a:\n${items('  ')}  # here\n${items('  ')}`],
    ['with an empty line in it', `a:\n${items('  ')}\n${items('  ')}`],
    ['in a list', `a:\n  -\n${items('    ')}  -\n${items('    ')}`],
    ['in a list, on its line', `a:\n  - - x\n${items('    ')}`],
    ['that is a block of text', `a: |\n${items('  ')}b: 1\n`],
    ['that is a folded block of text', `a: >-\n${items('  ')}b: 1\n`],
    ['that is a text in quotes', `a: "\n${items('  ')}"\nb: 1\n`],
    ['that goes on a text', `a: text\n${items('  ')}b: 1\n`],
    ['that goes on an item', `a:\n  - x\n${items('      ')}  - y\n`],
    ['whose last item goes on', `a:\n${items('  ')}      more\n`],
    ['whose last item is a key', `a:\n${items('  ')}    key: value\n`],
    ['with an anchor and an alias', `a: &a\n${items('  ')}b: *a\n`],
    ['that is indented wrongly', `a:\n${items('  ')}${items('   ')}`],
    ['in brackets', `a: [\n${items('  ')}]\n`],
    ['with carriage returns', `a:\n${items('  ').replaceAll('\n', '\r\n')}`],
    ['in a second document', `a: 1\n---\n${items('')}`],
    ['without an end of line', `a:\n${items('  ').trimEnd()}`],
    ['in quotes, at the top', quotedItems('', '"')],
    ['in quotes and without', `a:\n${items('  ')}${quotedItems('  ', "'")}${quotedItems('  ', '"')}`],
    ['in quotes, in a text in quotes', `a: "\n${quotedItems('  ', "'")}"\nb: '${quotedItems('  ', '"')}'\n`],
    ['in quotes, whose last item goes on', `a:\n${quotedItems('  ', '"')}      more\n`],
    ['in quotes, whose last item is a key', `a:\n${quotedItems('  ', '"')}    "key": value\n`],
    ['in quotes, in the quotes of a list', `a: "\n${quotedItems('  ', '"')}"\n`],
    ['of things that are no texts', `a:\n${'  - 12:30\n  - 1.5\n  - true\n  - a: b\n  - "x"\n'.repeat(100)}`],
  ])('means the same %s', (_, text) => {
    expect(folded(text)).toEqual(plain(text));
  });

  it('means the same among any other lines', () => {
    const line = fc.constantFrom(
      'a:',
      '  b:',
      '- x',
      '  - y',
      '    - z',
      '|',
      'c: |',
      'd: "',
      '"',
      '  text',
      '# note',
      '',
      '  - k: v',
      '  -',
      'e: [',
      ']',
      "f: '",
      "'",
    );
    const indent = fc.constantFrom('', '  ', '    ');

    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 4 }),
        indent,
        fc.constantFrom('', '"', "'"),
        fc.array(line, { maxLength: 4 }),
        (before, run, quote, after) => {
          const text = `${[...before, ''].join('\n')}${quotedItems(run, quote)}${after.join('\n')}`;
          expect(folded(text)).toEqual(plain(text));
        },
      ),
      { numRuns: 200 },
    );
  });
});
