import { expect, it } from 'vitest';
import { patternFault } from '../../../src/policy/pattern/pattern-fault.ts';

it('has no suggestion unless one is known', () => {
  expect(patternFault('is wrong')).toEqual({ reason: 'is wrong', suggestion: null });
});
