import { describe, expect, it } from 'vitest';
import { admitsSomeName, findForeignName } from '../../../src/admission/lint/foreign-name.ts';

describe('findForeignName', () => {
  it.each([
    ['registry.example.org*/**', 'registry.example.org.evil.test/x'],
    ['{a,*}/b', 'evil/b'],
    ['ghcr.io/kde*/**', 'ghcr.io/kde-evil/x'],
    ['python[^:]*', 'python/x'],
    ['**', 'evil/x'],
    ['registry.example.org:*/**', null],
    ['[12]/x', null],
    ['*', null],
  ])('finds in %s the name %s', (pattern, expected) =>
    expect(findForeignName(pattern)?.name ?? null).toBe(expected),
  );
});

describe('admitsSomeName', () => {
  it.each([
    ['registry.example.org:*/**', true],
    ['**@[^:]**', true],
    ['library/Ruby:*', false],
  ])('says of %s: %s', (pattern, expected) => expect(admitsSomeName(pattern)).toBe(expected));
});
