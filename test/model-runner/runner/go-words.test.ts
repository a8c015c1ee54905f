import { expect, test } from 'vitest';
import { goDuration, goStartError, parseGoDuration } from './go-words.ts';

test.each([
  [0, '0s'],
  [250, '250ms'],
  [1500, '1.5s'],
  [8000, '8s'],
  [90_000, '1m30s'],
  [3_600_000, '1h0m0s'],
])('prints %i ms as %s', (milliseconds, text) => {
  expect(goDuration(milliseconds)).toBe(text);
});

test.each([
  ['5s', 5000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['-5s', -5000],
  ['0', 0],
  ['5', null],
  ['soon', null],
  ['', null],
])('reads the duration %j as %s ms', (text, milliseconds) => {
  expect(parseGoDuration(text)).toBe(milliseconds);
});

test('says why a command did not start', () => {
  expect(goStartError('/no/such', 'ENOENT')).toBe('fork/exec /no/such: no such file or directory');
  expect(goStartError('nosuch', 'ENOENT')).toBe('exec: "nosuch": executable file not found in $PATH');
  expect(goStartError('/x', 'E2BIG')).toBe('fork/exec /x: argument list too long');
});
