import { describe, expect, it } from 'vitest';
import { readDuration } from '../../../../src/policy/schema/values/duration.ts';

describe('readDuration', () => {
  it.each([
    ['90s', 90],
    ['5m', 300],
    ['1h30m', 5400],
    ['1h2m3s', 3723],
    ['45', 45],
    ['0', 0],
    ['576h', 2_073_600],
    ['277777h46m39s', 999_999_999],
  ])('reads %s as %d seconds', (text, expected) => expect(readDuration(text)).toBe(expected));

  it.each([
    '',
    '5 minutes',
    '-5s',
    '1.5h',
    '5s1m',
    '5d',
    'm',
    '277777h46m40s',
    '3000000h',
    '9'.repeat(10),
    `${'9'.repeat(400)}h`,
  ])('takes "%s" for no duration', (text) => {
    expect(readDuration(text)).toBeNull();
  });
});
