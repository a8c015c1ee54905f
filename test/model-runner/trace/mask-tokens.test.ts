import { expect, test } from 'vitest';
import { collect } from './collect.ts';
import { maskTokens } from './mask-tokens.ts';

const all = { prefixes: [], defaults: true };

test.each([
  { title: 'what follows a prefix', chunks: ['a glpat-abcDEF_123 b'], shown: 'a glpat-[MASKED] b' },
  { title: 'a token at the end', chunks: ['glrt-abc'], shown: 'glrt-[MASKED]' },
  { title: 'a token in pieces', chunks: ['glp', 'at-ab', 'cd e'], shown: 'glpat-[MASKED] e' },
  { title: 'a token inside a word', chunks: ['xglrt-foo.'], shown: 'xglrt-[MASKED]' },
  { title: 'two tokens', chunks: ['glpat-a glcbt-b\n'], shown: 'glpat-[MASKED] glcbt-[MASKED]\n' },
  { title: 'nothing after a lonely prefix', chunks: ['glrt- end'], shown: 'glrt- end' },
])('hides $title', ({ chunks, shown }) => {
  expect(collect((next) => maskTokens(next, all), chunks)).toBe(shown);
});

test('hides only personal tokens and those that GitLab names when the default prefixes are off', () => {
  const shown = collect(
    (next) => maskTokens(next, { prefixes: ['own-'], defaults: false }),
    ['glrt-a glpat-b own-c'],
  );

  expect(shown).toBe('glrt-a glpat-[MASKED] own-[MASKED]');
});
