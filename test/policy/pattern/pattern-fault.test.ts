import { expect, it } from 'vitest';
import { fault } from '../../../src/policy/pattern/pattern-fault.ts';

it('has no suggestion unless one is known', () => {
  expect(fault('is wrong')).toEqual({ reason: 'is wrong', suggestion: null });
});
