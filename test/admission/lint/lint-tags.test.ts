import { describe, expect, it } from 'vitest';
import { lintTags } from '../../../src/admission/lint/lint-tags.ts';
import { compilePattern } from '../../../src/admission/match/match-pattern.ts';

describe('lintTags', () => {
  it.each([
    ['debian:*', 'debian'],
    ['{debian,ubuntu}:*', 'ubuntu'],
    ['r.test:5000/x:*', 'r.test:5000/x'],
  ])('teaches of %s what allows %s with and without tag and digest', (pattern, name) => {
    const digest = `${name}@sha256:${'0'.repeat(64)}`;
    const taught = /or `(\S+)` for all three/.exec(lintTags([pattern])?.message ?? '')?.[1] ?? '';

    expect([name, digest].filter(compilePattern(pattern))).toEqual([]);
    expect([name, `${name}:1`, digest].filter(compilePattern(taught))).toHaveLength(3);
  });

  it('says nothing where another pattern allows the name', () => {
    expect(lintTags(['debian:*', 'debian'])).toBeNull();
    expect(lintTags(['{debian,ubuntu}:*', 'debian', 'ubuntu'])).toBeNull();
    expect(lintTags(['{debian,ubuntu}:*', 'debian'])?.message).toContain(
      'does not allow `ubuntu` without a tag',
    );
  });

  it('names the other patterns of the list that it is about', () => {
    const patterns = Array.from({ length: 13 }, (_, index) => `a${index}:*`);

    expect(lintTags(patterns.slice(0, 3))?.message).toMatch(
      /for all three\. The same holds for a1:\*, a2:\*$/,
    );
    expect(lintTags(patterns)?.message).toMatch(/ a9:\*, a10:\* and 2 more$/);
  });

  it.each(['r.test/*:*', 'debian:12*', 'debian*:*'])('has nothing to say of %s', (pattern) => {
    expect(lintTags([pattern])).toBeNull();
  });
});
