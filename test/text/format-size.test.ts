import { expect, it } from 'vitest';
import { formatSize } from '../../src/text/format-size.ts';

it.each([
  [0, '0 bytes'],
  [1500, '1500 bytes'],
  [65_536, '64 KiB'],
  [256 * 1024 ** 2, '256 MiB'],
  [1024 ** 3 + 1024, '1048577 KiB'],
  [2 * 1024 ** 5, '2048 TiB'],
])('says %d as %s', (bytes, words) => {
  expect(formatSize(bytes)).toBe(words);
});
