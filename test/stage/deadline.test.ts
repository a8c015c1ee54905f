import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startDeadline } from '../../src/stage/deadline.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

it('counts down from when it was started, and stops at 0', () => {
  const deadline = startDeadline(10);
  expect(deadline.remainingMilliseconds()).toBe(10_000);
  vi.advanceTimersByTime(4000);
  expect(deadline.remainingMilliseconds()).toBe(6000);
  vi.advanceTimersByTime(60_000);
  expect(deadline.remainingMilliseconds()).toBe(0);
  expect(deadline.seconds).toBe(10);
});

it('gives time back for what has a limit of its own', () => {
  const deadline = startDeadline(10);
  vi.advanceTimersByTime(12_000);
  deadline.extend(5000);
  expect(deadline.remainingMilliseconds()).toBe(3000);
  expect(deadline.seconds).toBe(10);
});
