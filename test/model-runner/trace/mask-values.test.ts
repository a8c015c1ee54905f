import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collect } from './collect.ts';
import { maskValues } from './mask-values.ts';

const secrets = ['hunter2', 'hunter2hunter2', 'two\nlines'];

test.each([
  { title: 'a value in a line', chunks: ['my hunter2!'], shown: 'my [MASKED]!' },
  { title: 'the longer of two that begin alike', chunks: ['hunter2hunter2'], shown: '[MASKED]' },
  { title: 'both, one after the other', chunks: ['hunter2hunter2hunter2'], shown: '[MASKED][MASKED]' },
  { title: 'a value in two pieces', chunks: ['my hunt', 'er2!'], shown: 'my [MASKED]!' },
  { title: 'a value over two lines', chunks: ['two\n', 'lines'], shown: '[MASKED]' },
  {
    title: 'nothing of a beginning that goes on differently',
    chunks: ['hunt', 'ing hun'],
    shown: 'hunting hun',
  },
])('hides $title', ({ chunks, shown }) => {
  expect(collect((next) => maskValues(next, secrets), chunks)).toBe(shown);
});

test('leaves a value in its place alone when it is masked already by a longer one', () => {
  expect(collect((next) => maskValues(next, ['MASK', 'secret']), ['a secret'])).toBe('a [MASKED]');
});

test('blanks around a value and empty values do not count', () => {
  expect(collect((next) => maskValues(next, [' pad ', '', '  ']), ['a pad b'])).toBe('a [MASKED] b');
});

test('hides the same wherever the text is cut', () => {
  const word = fc.constantFrom('hunter2', 'hunt', 'two\nlines', 'two', ' ', 'er2', 'x');
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.nat(40)), (words, cuts) => {
      const text = words.join('');
      const whole = collect((next) => maskValues(next, secrets), [text]);
      expect(collect((next) => maskValues(next, secrets), cut(text, cuts))).toBe(whole);
      expect(whole).not.toContain('hunter2');
    }),
  );
});

function cut(text: string, places: readonly number[]): readonly string[] {
  const marks = [0, ...places.map((place) => Math.min(place, text.length)), text.length].sort(
    (a, b) => a - b,
  );
  return marks.slice(1).map((end, index) => text.slice(marks[index], end));
}
