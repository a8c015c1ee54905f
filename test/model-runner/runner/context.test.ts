import { expect, test } from 'vitest';
import { childContext, over } from './context.ts';
import { buildFailure } from './failure.ts';

test('a context is over when its parent is, for the same reason', () => {
  const parent = childContext(null);
  const child = childContext(parent);

  parent.cancel();

  expect(child.failure()).toMatchObject({ kind: 'canceled' });
  expect(childContext(parent).failure()).toMatchObject({ kind: 'canceled' });
});

test('leaves its parent alone', () => {
  const parent = childContext(null);

  childContext(parent).cancel();

  expect(parent.failure()).toBeNull();
});

test('has the cause of its own deadline, not of a later one than its parent has', async () => {
  const cause = buildFailure('too long', 'job_execution_timeout');
  const parent = childContext(null, { timeoutMs: 40 });
  const sooner = childContext(parent, { timeoutMs: 10, cause });
  const later = childContext(parent, { timeoutMs: 1000, cause });

  await over(later);

  expect(sooner.failure()).toBe(cause);
  expect(later.failure()).toMatchObject({ kind: 'deadline' });
});
