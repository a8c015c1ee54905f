import { expect, test } from 'vitest';
import { type Capabilities, knownCapabilities, mergeCapabilities } from '../../src/security/capabilities.ts';

const rows: { name: string; layers: Capabilities[]; merged: Capabilities }[] = [
  { name: 'nothing said is nothing set', layers: [{}, {}], merged: {} },
  {
    name: 'drops add up',
    layers: [{ drop: ['NET_RAW'] }, { drop: ['MKNOD'] }],
    merged: { drop: ['MKNOD', 'NET_RAW'] },
  },
  {
    name: 'ALL makes other drops superfluous',
    layers: [{ drop: ['NET_RAW'] }, { drop: ['ALL'] }],
    merged: { drop: ['ALL'] },
  },
  {
    name: 'a stronger add replaces a weaker one',
    layers: [{ add: ['CHOWN', 'KILL'] }, { add: ['SETUID'] }],
    merged: { add: ['SETUID'] },
  },
  {
    name: 'an empty stronger add takes all of it away',
    layers: [{ add: ['CHOWN'] }, { add: [] }],
    merged: {},
  },
  {
    name: 'an enforced drop takes away what a default adds',
    layers: [{ add: ['CHOWN', 'KILL'] }, { drop: ['CHOWN'] }],
    merged: { add: ['KILL'], drop: ['CHOWN'] },
  },
  {
    name: 'an enforced drop of ALL leaves no add of a weaker layer',
    layers: [{ add: ['CHOWN', 'KILL'] }, { drop: ['ALL'] }],
    merged: { drop: ['ALL'] },
  },
  {
    name: 'one layer may drop ALL and add some back',
    layers: [{ add: ['NET_ADMIN'] }, { drop: ['ALL'], add: ['CHOWN', 'SETUID'] }],
    merged: { add: ['CHOWN', 'SETUID'], drop: ['ALL'] },
  },
  {
    name: 'a stronger add takes its name out of a weaker drop',
    layers: [{ drop: ['CHOWN', 'KILL'] }, { add: ['CHOWN'] }],
    merged: { add: ['CHOWN'], drop: ['KILL'] },
  },
  {
    name: 'what a weaker layer dropped stays dropped beside a stronger add',
    layers: [{ drop: ['ALL'] }, { add: ['CHOWN'] }],
    merged: { add: ['CHOWN'], drop: ['ALL'] },
  },
];

test.for(rows)('$name', ({ layers, merged }) => {
  expect(mergeCapabilities(layers)).toEqual(merged);
});

test('knows every capability of Linux once, without CAP_', () => {
  expect(new Set(knownCapabilities).size).toBe(41);
  expect(knownCapabilities.filter((name) => name.startsWith('CAP_'))).toEqual([]);
});
