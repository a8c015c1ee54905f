import { describe, expect, it } from 'vitest';
import { collectFaults, faultTable, readTags } from '../../scripts/fault-table.ts';

const file = 'test/a/b.test.ts';

describe('readTags', () => {
  it('reads several tags of one test, through other comments', () => {
    const text = [
      '  // @promise log: a cut — log byte-identical',
      '  // @promise once: a restart',
      '  // Only here.',
      "  it.each([['a']])('starts once after %s', () => {});",
    ].join('\n');

    expect(readTags(file, text)).toEqual([
      { promise: 'log', fault: 'a cut', outcome: 'log byte-identical', file },
      { promise: 'once', fault: 'a restart', outcome: undefined, file },
    ]);
  });

  it.each([
    ['test/scenarios/a/expected.yaml', '# @promise log: a cut — whole\nstory: a cut loses nothing'],
    ['test/soak/soak.ts', "// @promise log: a cut — whole\n  record('nothing is lost', null);"],
    ['test/soak/long-trials.ts', "// @promise log: a cut — whole\n  { name: 'a cut', run },"],
    ['test/soak/random-trial.ts', "// @promise log: a cut — whole\n  'cuts only',"],
  ])('reads a tag in %s', (path, text) => {
    expect(readTags(path, text)).toMatchObject([{ fault: 'a cut', outcome: 'whole' }]);
  });

  it.each(['// @promise a cut', '// @promise logs: a cut', '// @promise: a cut'])('refuses %s', (line) => {
    expect(() => readTags(file, `${line}\nit('a')`)).toThrow(
      `${file}:1: not "@promise WORD: fault — outcome"`,
    );
  });

  it.each(['', "const a = 'a';", "it.skip('a', b);", "it.todo('a');", "describe('a', b);"])(
    'refuses a tag above %j, which can fail for nobody',
    (below) => {
      expect(() => readTags(file, `\n// @promise log: a cut\n${below}`)).toThrow(`${file}:2: this tag`);
    },
  );
});

describe('collectFaults', () => {
  const tag = { promise: 'log', fault: 'a cut', outcome: undefined, file };

  it('joins the tests of one fault, and follows the order of the promises', () => {
    const tags = [
      { ...tag, file: 'test/z.test.ts' },
      { ...tag, outcome: 'whole' },
      { ...tag, promise: 'code', fault: 'a lie', outcome: 'not believed' },
    ];

    expect(collectFaults(tags)).toEqual([
      { promise: 'code', fault: 'a lie', outcome: 'not believed', files: [file] },
      { promise: 'log', fault: 'a cut', outcome: 'whole', files: [file, 'test/z.test.ts'] },
    ]);
  });

  it.each([
    ['no outcome', [tag]],
    [
      'two outcomes',
      [
        { ...tag, outcome: 'a' },
        { ...tag, outcome: 'b' },
      ],
    ],
    [
      'two promises',
      [
        { ...tag, outcome: 'a' },
        { ...tag, promise: 'once' },
      ],
    ],
  ])('refuses a fault with %s', (_, tags) => {
    expect(() => collectFaults(tags)).toThrow('"a cut" needs one promise and one outcome');
  });
});

describe('faultTable', () => {
  it('links each file, and stars what runs on a real cluster', () => {
    const files = ['test/cluster/core.test.ts', 'test/scenarios/a/expected.yaml', 'test/soak/soak.ts'];
    const table = faultTable([{ promise: 'log', fault: 'a cut', outcome: 'whole', files }]);

    expect(table).toContain(
      '### The log is whole\n\n| fault | what happens | shown by |\n|---|---|---|\n' +
        '| a cut | whole | [cluster/core](../test/cluster/core.test.ts)\\*, [scenarios/a](../test/scenarios/a/expected.yaml), [soak/soak](../test/soak/soak.ts) |\n',
    );
  });
});
