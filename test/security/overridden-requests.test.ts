import { expect, test } from 'vitest';
import {
  contradictionsOf,
  isImpossibleUser,
  overriddenRequests,
} from '../../src/security/overridden-requests.ts';

const decided = (runAsUser: number, runAsGroup: number) => ({
  context: { runAsUser, runAsGroup },
  decisions: { runAsUser: { source: 'enforced', path: ['enforced_security_context', 'runAsUser'] } } as const,
});

test('a request that was granted was not overridden', () => {
  const request = { policy: {} as never, build: { uid: 5, gid: 6, key: 'k' }, services: [] };

  expect(overriddenRequests({ build: decided(5, 6) }, request)).toEqual([]);
});

test('a request without a group asks for none', () => {
  const request = { policy: {} as never, build: { uid: 5, gid: null, key: 'k' }, services: [] };

  expect(overriddenRequests({ build: decided(5, 77) }, request)).toEqual([]);
});

test('names the container, the request and who overrode it', () => {
  const request = {
    policy: {} as never,
    build: null,
    services: [{ index: 1, requested: { uid: 5, gid: null, key: 'k' } }],
  };

  expect(
    overriddenRequests({ build: decided(1, 1), 'svc-0': decided(1, 1), 'svc-1': decided(7, 1) }, request),
  ).toEqual([
    {
      container: 'svc-1',
      key: 'k',
      field: 'runAsUser',
      requested: 5,
      instead: 7,
      overriddenBy: 'enforced_security_context.runAsUser',
    },
  ]);
});

test.for([
  [{ runAsNonRoot: true, runAsUser: 0 }, true],
  [{ runAsNonRoot: true, runAsUser: 1 }, false],
  [{ runAsNonRoot: true }, false],
  [{ runAsNonRoot: false, runAsUser: 0 }, false],
  [{ runAsUser: 0 }, false],
] as const)('%j cannot start: %s', ([context, isImpossible]) => {
  expect(isImpossibleUser(context)).toBe(isImpossible);
  expect(contradictionsOf('build', { context, decisions: {} })).toHaveLength(isImpossible ? 1 : 0);
});
