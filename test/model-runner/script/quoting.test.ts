import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteAnsiC, quotePosix } from './quoting.ts';

test.each([
  ['', "''", "''"],
  ['plain/word-1.2@x', 'plain/word-1.2@x', 'plain/word-1.2@x'],
  ['two words', "$'two words'", '"two words"'],
  ["it's", "$'it\\'s'", "it's"],
  ['$HOME `id` "x" \\', '$\'$HOME `id` "x" \\\\\'', '"\\$HOME \\`id\\` \\"x\\" \\\\"'],
  ['a\nb\tü', "$'a\\nb\\t\\xc3\\xbc'", 'a\nb\tü'],
])('quotes %j', (text, ansiC, posix) => {
  expect(quoteAnsiC(text)).toBe(ansiC);
  expect(quotePosix(text)).toBe(posix);
});

test('bash gets back what was quoted', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((value) => value.replaceAll('\0', ''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 20, maxLength: 20 }), (words) => {
      const script = `printf '%s\\0' ${words.map(quoteAnsiC).join(' ')}`;
      expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(
        words,
      );
    }),
    { numRuns: 20 },
  );
});
