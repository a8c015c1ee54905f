import { describe, expect, it } from 'vitest';
import { lintReading } from '../../../src/admission/lint/lint-reading.ts';
import { compilePattern } from '../../../src/admission/match/match-pattern.ts';

describe('lintReading', () => {
  it.each([
    ['x/**{,:*,@*}', 'gap', 'x/**', 'x/a/b'],
    ['x/a*{,:*}', 'gap', 'x/a*', 'x/a'],
    ['x/a***', 'gap', 'x/a*', 'x/a'],
    ['{x,y}/a*{,-slim}', 'gap', '{x,y}/a*', 'y/a'],
  ])(
    'says of %s that it is a %s and that %s was meant: it also takes %s',
    (pattern, severity, meant, missed) => {
      const finding = lintReading(pattern);

      expect(finding?.severity).toBe(severity);
      expect(finding?.message).toContain(`; write ${meant}`);
      expect(compilePattern(pattern)(missed)).toBe(false);
      expect(compilePattern(meant)(missed)).toBe(true);
    },
  );

  it.each([
    ['x/a*{,/**}', 'gap', 'does not allow `x/a` itself'],
    ['x/a**/b', 'gap', 'has `a**`'],
    ['x/a{**,b}', 'risk', 'has two stars behind a brace'],
    ['x/a{*,}*', 'risk', 'has two stars behind a brace'],
  ])('says of %s that it is a %s: %s', (pattern, severity, message) => {
    expect(lintReading(pattern)).toMatchObject({ severity });
    expect(lintReading(pattern)?.message).toContain(message);
    expect(lintReading(pattern)?.message).not.toContain('; write x');
  });

  it.each([
    'x/**',
    '**/x',
    'a{/**,}',
    '{a/**,b:*}',
    'x/{**,y}',
    'debian{,:*,@*}',
    'a*',
    '*{-slim,:1}',
    'a?{,b}',
  ])('has nothing to say against %s', (pattern) => expect(lintReading(pattern)).toBeNull());
});
