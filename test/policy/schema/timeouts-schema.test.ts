import { expect, it } from 'vitest';
import { ownTimeouts, timeouts } from '../../../src/policy/schema/timeouts-schema.ts';

it('timeouts are complete in a policy, and only what was written in a profile', () => {
  expect(timeouts.parse({ ready: '2m' })).toEqual({ ready: 120, reconnect: 300, stop_grace: 10 });
  expect(ownTimeouts.parse({ ready: '2m' })).toEqual({ ready: 120 });
});

it.each([timeouts, ownTimeouts])('has the same limits in both', (schema) => {
  const faults = schema.safeParse({ ready: '0s', reconnect: '25h', stop_grace: '5m' }).error?.issues ?? [];
  expect(faults.map(({ path }) => path[0])).toEqual(['ready', 'reconnect', 'stop_grace']);
});
