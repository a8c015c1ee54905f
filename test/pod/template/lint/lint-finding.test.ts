import { expect, test } from 'vitest';
import { fieldGap, fieldRisk } from '../../../../src/pod/template/lint/lint-finding.ts';

test('a risk names the promise, and quotes as much of the value as tells it', () => {
  expect(fieldRisk(['a', 0], { long: 'x'.repeat(100) }, 'startedOnce', 'is odd')).toEqual({
    path: ['a', 0],
    about: `{"long":"${'x'.repeat(51)}…`,
    severity: 'risk',
    message: 'is odd (it weakens the promise that a script is started once)',
  });
});

test('a gap names none', () => {
  expect(fieldGap(['a'], true, 'waits')).toEqual({
    path: ['a'],
    about: 'true',
    severity: 'gap',
    message: 'waits',
  });
});
