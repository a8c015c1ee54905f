import { expect, it } from 'vitest';
import { gap, risk, sayWrite } from '../../../src/admission/lint/pattern-finding.ts';

it('says what to write, where something is known', () => {
  expect(risk(`does${sayWrite('x')}`)).toEqual({ severity: 'risk', message: 'does; write x' });
  expect(gap(`does${sayWrite(undefined)}`)).toEqual({ severity: 'gap', message: 'does' });
  expect(gap('does', 'x')).toEqual({ severity: 'gap', message: 'does', missed: 'x' });
});
