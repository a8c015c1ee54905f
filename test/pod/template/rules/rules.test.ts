import { expect, test } from 'vitest';
import {
  atMost,
  entries,
  faultIf,
  justOne,
  needs,
  notBoth,
  type Rule,
  unique,
} from '../../../../src/pod/template/rules/rules.ts';

const short = (value: string | number) => (String(value).length > 3 ? 'is long' : null);

test.each<[what: string, rule: Rule, fine: object[], wrong: [fields: object, at: string][]]>([
  [
    'needs',
    needs('a'),
    [{ a: 'x' }, { a: [1] }, { a: 0 }],
    [
      [{}, 'a'],
      [{ a: '' }, 'a'],
      [{ a: [] }, 'a'],
    ],
  ],
  [
    'justOne',
    justOne('a', 'b'),
    [{ a: 1 }, { b: 1, c: 1 }],
    [
      [{}, ''],
      [{ a: 1, b: 1 }, ''],
    ],
  ],
  ['notBoth', notBoth('a', 'b'), [{}, { a: 1 }, { b: 1 }], [[{ a: 1, b: 1 }, 'b']]],
  ['atMost', atMost('a', 1), [{}, { a: [1] }, { a: 'xx' }], [[{ a: [1, 2] }, 'a']]],
  [
    'unique',
    unique('a', 'n', 'm'),
    [{}, { a: [{ n: 1, m: 1 }, { n: 1, m: 2 }, { n: 1 }, { n: 1 }, 5] }],
    [
      [
        {
          a: [
            { n: 1, m: 1 },
            { n: 1, m: 1 },
          ],
        },
        'a 1 n',
      ],
    ],
  ],
  [
    'entries',
    entries('a', short, short),
    [{}, { a: 5 }, { a: { b: 'c', d: 5 } }],
    [
      [{ a: { long: 'c' } }, 'a long'],
      [{ a: { b: 'long' } }, 'a b'],
    ],
  ],
])('the rule %s finds its fault, and no other', (_, rule, fine, wrong) => {
  for (const fields of fine) expect(rule(fields as Record<string, unknown>)).toEqual([]);
  for (const [fields, at] of wrong) {
    expect(rule(fields as Record<string, unknown>).map((fault) => fault.at.join(' '))).toEqual([at]);
  }
});

test('a fault is at the field that it names', () => {
  expect(faultIf(true, 'a', 'is wrong')).toEqual([{ at: ['a'], message: 'is wrong' }]);
  expect(faultIf(false, 'a', 'is wrong')).toEqual([]);
});
