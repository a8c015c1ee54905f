import { expect, test } from 'vitest';
import { byteFault } from '../../../../src/policy/schema/values/byte-amount.ts';

test.each([
  ['4', 'is 4 bytes; did you mean `4Gi`?'],
  ['1', 'is 1 byte; did you mean `1Gi`?'],
  ['512', 'is 512 bytes; did you mean `512Mi`?'],
  ['512m', 'is 0.512 bytes; did you mean `512Mi`?'],
  ['4m', 'is 0.004 bytes; did you mean `4Mi`?'],
  ['100k', 'is 100000 bytes, too few to be meant; write one such as 512Mi or 4Gi'],
  ['.5', 'is 0.5 bytes, too few to be meant; write one such as 512Mi or 4Gi'],
])('says that %s %s', (written, message) => expect(byteFault(written)).toBe(message));

test.each(['0', '1Mi', '4Gi', '1048576', '4e9', 'no quantity'])('accepts %s', (written) => {
  expect(byteFault(written)).toBeNull();
});

test('what is measured in mebibytes is not taken for gibibytes', () => {
  const expected = { minBytes: 1024, maxGibibytes: 0 };

  expect(byteFault('64', expected)).toBe('is 64 bytes; did you mean `64Mi`?');
  expect(byteFault('1Ki', expected)).toBeNull();
});
