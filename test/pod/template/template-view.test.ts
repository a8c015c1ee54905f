import { expect, test } from 'vitest';
import {
  isApart,
  isBelow,
  normalPath,
  viewTemplate,
  writtenByJobs,
} from '../../../src/pod/template/template-view.ts';

test.each([
  ['/a/b', '/a/b'],
  ['//a/./b/', '/a/b'],
  ['/a/../b', '/b'],
  ['/../..', '/'],
  ['a', '/a'],
])('the normal form of %s is %s', (path, place) => expect(normalPath(path)).toBe(place));

test('a place lies below itself and what is above it, and not below a neighbour', () => {
  expect(isBelow('/a/b', '/a')).toBe(true);
  expect(isBelow('/a', '/a')).toBe(true);
  expect(isBelow('/ab', '/a')).toBe(false);
  expect(isBelow('/a', '/')).toBe(true);
});

test('leaves out what has another shape', () => {
  const view = viewTemplate({
    spec: {
      containers: [5, {}, { name: 'build', volumeMounts: ['x'] }],
      initContainers: 'x',
      volumes: [null],
    },
  });

  expect(view.containers).toMatchObject([{ name: 'build', role: 'build', mounts: [] }]);
  expect(view.volumes).toEqual([]);
  expect(viewTemplate({ spec: 'x' }).containers).toEqual([]);
});

test('tells what containers are to us', () => {
  const names = ['build', 'helper', 'svc-3', 'init-workspace', 'init-user-namespace', 'init-mine', 'proxy'];
  const { containers } = viewTemplate({ spec: { containers: names.map((name) => ({ name })) } });

  expect(containers.map(({ role }) => role)).toEqual([
    'build',
    'helper',
    'service',
    'init',
    'init',
    'own',
    'own',
  ]);
});

test('a volume of which nothing is said is an emptyDir', () => {
  const { volumes } = viewTemplate({ spec: { volumes: [{ name: 'a' }, { name: 'b', nfs: {}, typo: 1 }] } });

  expect(volumes).toMatchObject([
    { kind: 'emptyDir', kinds: [] },
    { kind: 'nfs', kinds: ['nfs'] },
  ]);
});

const mounts = (name: string, readOnly?: boolean) => [
  { name, mountPath: '/x', ...(readOnly ? { readOnly } : {}) },
];

test('a job writes to what build and services mount to write', () => {
  const view = viewTemplate({
    spec: {
      volumes: [{ name: 'image', image: {} }, { name: 'data' }, { name: 'pvc', persistentVolumeClaim: {} }],
      containers: [
        { name: 'build', volumeMounts: [...mounts('data'), ...mounts('image')] },
        { name: 'svc-0', volumeMounts: [...mounts('pvc'), ...mounts('seen', true)] },
        { name: 'helper', volumeMounts: mounts('helpers') },
        { name: 'proxy', volumeMounts: mounts('proxys') },
      ],
    },
  });

  expect([...writtenByJobs(view)].sort()).toEqual(['data', 'pvc']);
});

test.each<[boolean, object]>([
  [true, { emptyDir: {} }],
  [true, { ephemeral: {} }],
  [true, { image: {} }],
  [true, { persistentVolumeClaim: { claimName: 'a', readOnly: true } }],
  [false, { persistentVolumeClaim: { claimName: 'a' } }],
  [false, { csi: { driver: 'a' } }],
])('jobs are apart (%s) in %j', (apart, source) => {
  const [volume] = viewTemplate({ spec: { volumes: [{ name: 'a', ...source }] } }).volumes;

  expect(isApart(volume!)).toBe(apart);
});
