import { expect, it } from 'vitest';
import { tellingErrors } from '../../src/text/telling-errors.ts';

it('tellingErrors are the tabs that indent, where there are some, and else all', () => {
  const [tab, other] = [{ code: 'TAB_AS_INDENT' }, { code: 'BAD_INDENT' }];
  expect(tellingErrors([other, tab, other, tab])).toEqual([tab, tab]);
  expect(tellingErrors([other, other])).toEqual([other, other]);
});
