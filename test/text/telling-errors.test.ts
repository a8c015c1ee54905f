import { expect, it } from 'vitest';
import { tellingErrors } from '../../src/text/telling-errors.ts';

it('tellingErrors are an overflow, or the tabs that indent, and else all', () => {
  const [tab, other] = [
    { code: 'TAB_AS_INDENT', message: 'a' },
    { code: 'BAD_INDENT', message: 'b' },
  ];
  expect(tellingErrors([other, tab, other, tab])).toEqual([tab, tab]);
  const overflow = { code: 'BAD_INDENT', message: 'Maximum call stack size exceeded' };
  expect(tellingErrors([tab, overflow, overflow])).toEqual([overflow]);
  expect(tellingErrors([other, other])).toEqual([other, other]);
});
