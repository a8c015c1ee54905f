import { expect, it } from 'vitest';
import { interrupted } from '../../src/outcome/interrupted.ts';

it('an interruption names what GitLab Runner ended, and keeps the cause', () => {
  const cause = new Error('aborted');
  expect(interrupted('the cleanup', { cause })).toMatchObject({
    name: 'SystemFailure',
    code: 'interrupted',
    message: 'GitLab Runner ended the cleanup (cancelled, timed out, or the runner shuts down).',
    cause,
  });
});
