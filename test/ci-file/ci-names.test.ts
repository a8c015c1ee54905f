import { expect, it } from 'vitest';
import { isHiddenJob } from '../../src/ci-file/ci-names.ts';

it('isHiddenJob knows a template by the dot before its name', () => {
  expect(['.t', 'a.b', 'default'].map(isHiddenJob)).toEqual([true, false, false]);
});
