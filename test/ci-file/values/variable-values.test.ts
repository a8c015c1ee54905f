import { describe, expect, it } from 'vitest';
import type { JobWays } from '../../../src/ci-file/values/job-ways.ts';
import type { Value } from '../../../src/ci-file/values/variable-value.ts';
import { expandName } from '../../../src/ci-file/values/variable-values.ts';

/** A job with as many ways as the longest list has values; where a list is shorter, its last value holds. */
function jobWith(variables: Readonly<Record<string, readonly (string | null)[]>>): JobWays {
  const valueAt = (key: string, index: number): Value => {
    const values = variables[key] ?? [null];
    const text = values[Math.min(index, values.length - 1)] ?? null;
    return text === null ? null : { text };
  };
  const count = Math.max(...Object.values(variables).map(({ length }) => length));
  const ways = Array.from({ length: count }, (_, index) => (key: string) => valueAt(key, index));
  return {
    waysFor: (keys) => (keys.size === 0 ? ways.slice(0, 1) : ways),
    candidates: (key) => ways.flatMap((way) => way(key) ?? []),
  };
}

const job = jobWith({
  A: ['1'],
  B: ['$A', 'two', null],
  SELF: ['$SELF'],
  D: ['$$A'],
  IN: ['$[[ inputs.x ]]'],
  LONG: ['x'.repeat(3000)],
});

describe('expandName', () => {
  it.each([
    ['x', ['x']],
    ['x:$A', ['x:1']],
    ['x:${A}y', ['x:1y']],
    ['$A$A', ['11']],
    ['$B', ['1', 'two', '']],
    ['$B-$B', ['1-1', 'two-two', '-']],
    ['$$A', ['$A']],
    ['$D', ['$A']],
    ['a$', ['a$']],
    ['x'.repeat(3000), ['x'.repeat(3000)]],
  ])('takes %s for %j', (text, names) => expect(expandName(text, job)).toEqual({ names, whys: [] }));

  it.each([
    ['$NONE', 'takes $NONE, which is defined outside of these files'],
    ['${A-1}', 'takes $A-1, which is defined outside of these files'],
    ['${NONE:-3}', 'takes ${NONE:-3}, where GitLab fills in no default as a shell does'],
    ['$SELF', 'takes $SELF, which refers to itself'],
    ['$[[ inputs.a ]]', 'takes an input of the file'],
    ['x:$IN', 'takes an input of the file'],
    ['$A'.repeat(101), 'takes more than 100 variables'],
    [Array.from({ length: 101 }, (_, index) => `$V${index}`).join(''), 'takes more than 100 variables'],
    ['$LONG', 'grows longer than any name'],
  ])('leaves %s open: %s', (text, why) => {
    const { names, whys } = expandName(text, job);
    expect({ names, whys: whys.map((each) => each.why) }).toEqual({ names: [], whys: [why] });
  });

  it('names the variable that nothing here sets, so that somebody can be asked for it', () => {
    expect(expandName('x:$NONE', job).whys).toEqual([
      { why: 'takes $NONE, which is defined outside of these files', variable: 'NONE' },
    ]);
    expect(expandName('$SELF', job).whys).toEqual([{ why: 'takes $SELF, which refers to itself' }]);
  });

  it('finds what it can where only some ways are open', () => {
    const some = jobWith({ V: ['3', '$NONE'] });

    expect(expandName('x:$V', some)).toEqual({
      names: ['x:3'],
      whys: [{ why: 'takes $NONE, which is defined outside of these files', variable: 'NONE' }],
    });
  });

  it('finds none of too many values', () => {
    const many = jobWith({ V: Array.from({ length: 101 }, (_, index) => String(index)) });

    expect(expandName('x:$V', many)).toEqual({
      names: [],
      whys: [{ why: 'stands for more than 100 names' }],
    });
    expect(expandName('x:$V', { ...many, waysFor: () => null })).toEqual({
      names: [],
      whys: [{ why: 'stands for more than 100 names' }],
    });
  });
});
