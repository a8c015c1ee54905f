import { describe, expect, it } from 'vitest';
import { checkClasses } from '../../../src/policy/pattern/pattern-classes.ts';

describe('checkClasses', () => {
  it.each([
    '[abc]',
    '[a-z0-9]',
    '[!a]',
    '[^a]',
    'x[a]y[b]',
    '\\[::1\\]',
    'a-b',
    '[-a]',
    '[a-]',
    '[^:]',
    '[:@]',
  ])('takes %s', (pattern) => {
    expect(checkClasses(pattern)).toBeNull();
  });

  it.each([
    '[]',
    '[!]',
    '[',
    ']',
    '[a',
    '[a]]',
    '[[:digit:]]',
    '[a/b]',
    '[b-a]',
    '[*]',
    '[a,b]',
    '[::1]',
    '[fe80::1:2]',
  ])('refuses %s', (pattern) => expect(checkClasses(pattern)).not.toBeNull());
});
