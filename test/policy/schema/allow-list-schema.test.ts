import { describe, expect, it } from 'vitest';
import { patterns, pullPolicyOrder } from '../../../src/policy/schema/allow-list-schema.ts';

describe('patterns', () => {
  it('reads a pattern alone as one without a reason', () => {
    expect(patterns.parse(['x', { pattern: 'y', because: 'Z.' }])).toEqual([
      { pattern: 'x' },
      { pattern: 'y', because: 'Z.' },
    ]);
  });
});

describe('pullPolicyOrder', () => {
  it.each([
    [undefined, []],
    ['always', ['always']],
    [
      ['always', 'never'],
      ['always', 'never'],
    ],
  ])('reads pull_policy %j as a list', (written, expected) =>
    expect(pullPolicyOrder.parse(written)).toEqual(expected),
  );
});
