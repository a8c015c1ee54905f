import { expect, it } from 'vitest';
import { notListed } from '../../../src/doctor/room/not-listed.ts';

it.each([
  [
    'forbidden',
    'the account may not list nodes, which jobs do not need; config/kubernetes/doctor-rights.yaml lets it',
  ],
  ['cluster-unreachable', 'Cannot list nodes.'],
] as const)('what is not listed for the reason %s is skipped', (code, found) => {
  expect(notListed('nodes', { code, parts: { what: 'Cannot list nodes.' } }, 'nodes')).toEqual({
    check: 'nodes',
    verdict: 'skip',
    found,
    remedies: [],
  });
});
