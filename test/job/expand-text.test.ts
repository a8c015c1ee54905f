import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandText } from '../../src/job/expand-text.ts';

const show = (text: string, maxLength = 1000): string | null =>
  expandText({ text, maxLength, find: (name) => `<${name}>` });

describe('expandText', () => {
  // As Go's os.Expand has it (asked of Go 1.26).
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['$A', '<A>'],
    ['$A$B', '<A><B>'],
    ['$A_1-b', '<A_1>-b'],
    ['${A}B', '<A>B'],
    ['${A B}', '<A B>'],
    ['${a{b}c', '<a{b>c'],
    ['${${A}}', '<${A>}'],
    ['$1st', '<1>st'],
    ['${12}', '<12>'],
    ['$$A', '<$>A'],
    ['${$}', '<$>'],
    ['$*$#$@$!$?$-', '<*><#><@><!><?><->'],
    ['$', '$'],
    ['a$', 'a$'],
    ['$ A', '$ A'],
    ['$(A)', '$(A)'],
    ['$/$é', '$/$é'],
    ['${}A', 'A'],
    ['${', ''],
    ['${A', 'A'],
    ['}${A', '}A'],
    ['${${${', ''],
  ])('reads %s as %s', (text, expected) => {
    expect(show(text)).toBe(expected);
  });

  it('hands on how a reference was written', () => {
    expect(expandText({ text: 'a$B${C}', maxLength: 10, find: (_, written) => written })).toBe('a$B${C}');
  });

  it('stops where it may make no more, and where a value could not be made', () => {
    expect(show('ab$C', 5)).toBe('ab<C>');
    expect(show('ab$C', 4)).toBeNull();
    expect(show('abcde', 4)).toBeNull();
    expect(expandText({ text: '$A', maxLength: 10, find: () => null })).toBeNull();
  });

  it('asks for no value beyond what it may make', () => {
    let asked = 0;
    const find = () => {
      asked += 1;
      return 'x'.repeat(10);
    };

    expect(expandText({ text: '$A'.repeat(100_000), maxLength: 100, find })).toBeNull();
    expect(asked).toBe(11);
  });

  it('makes of any text what is left of it and its values, and never more than it may', () => {
    const text = fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', '1', '-', ' ', 'é') });
    fc.assert(
      fc.property(text, fc.nat({ max: 40 }), (given, maxLength) => {
        const whole = expandText({ text: given, maxLength: Infinity, find: (_, written) => written });
        const bounded = expandText({ text: given, maxLength, find: (_, written) => written });

        expect(whole).not.toBeNull();
        expect(bounded).toBe((whole ?? '').length <= maxLength ? whole : null);
      }),
    );
  });
});
