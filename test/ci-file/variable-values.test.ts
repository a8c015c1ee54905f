import { describe, expect, it } from 'vitest';
import { expandName } from '../../src/ci-file/variable-values.ts';

const values = (key: string) => ({ A: ['1'], B: ['$A', 'two'], SELF: ['$SELF'], D: ['$$'] })[key] ?? [];

describe('expandName', () => {
  it.each([
    ['x', ['x']],
    ['x:$A', ['x:1']],
    ['x:${A}y', ['x:1y']],
    ['$A$A', ['11']],
    ['$B', ['two', '1']],
    ['$$A', ['$A']],
    ['a$', ['a$']],
  ])('takes %s for %j', (text, names) => expect(expandName(text, values)).toEqual({ names }));

  it.each([
    ['$NONE', 'takes $NONE, which is defined outside of these files'],
    ['$SELF', 'takes $SELF, which refers to itself'],
    ['$[[ inputs.a ]]', 'takes an input of the file'],
    ['$B$B$B$B$B$B$B', 'stands for more than 100 names'],
  ])('cannot tell %s: %s', (text, why) => expect(expandName(text, values)).toEqual({ why }));
});
