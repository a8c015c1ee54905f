import { expect, it } from 'vitest';
import { patternGap, patternRisk, suggestPattern } from '../../../src/admission/lint/pattern-finding.ts';

it('says what to write, where something is known', () => {
  expect(patternRisk(`does${suggestPattern('x')}`)).toEqual({ severity: 'risk', message: 'does; write x' });
  expect(patternGap(`does${suggestPattern(undefined)}`)).toEqual({ severity: 'gap', message: 'does' });
  expect(patternGap('does', 'x')).toEqual({ severity: 'gap', message: 'does', missed: 'x' });
});
