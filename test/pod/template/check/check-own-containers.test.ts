import { expect, test } from 'vitest';
import { checkOwnContainers } from '../../../../src/pod/template/check/check-own-containers.ts';
import { viewTemplate } from '../../../../src/pod/template/template-view.ts';
import { formatKeyPath } from '../../../../src/policy/problem.ts';

const volumes = [
  { name: 'block', persistentVolumeClaim: { claimName: 'x' } },
  { name: 'data', emptyDir: {} },
];

function check(container: object, list: 'containers' | 'initContainers' = 'containers'): string[] {
  const spec = { volumes, [list]: [{ name: 'mine', image: 'mine:1', ...container }] };
  return checkOwnContainers(viewTemplate({ spec }), 2).map(
    ({ path, message }) => `${formatKeyPath(path.slice(4))} ${message}`,
  );
}

const device = (...devices: [name: string, devicePath: string][]) => ({
  volumeDevices: devices.map(([name, devicePath]) => ({ name, devicePath })),
});

test.each<[container: object, problem: RegExp]>([
  [{ image: undefined }, /^image is missing: mine is a container of the template's own/],
  [device(['nope', '/dev/x']), /^volumeDevices\[0\]\.name names nope, which is no volume/],
  [device(['data', '/dev/x']), /^volumeDevices\[0\]\.name names a volume of kind emptyDir/],
  [device(['block', '/dev/../x']), /^volumeDevices\[0\] must be the only use/],
  [device(['block', '/dev/x'], ['block', '/dev/y']), /^volumeDevices\[1\] must be the only use/],
  [
    { ...device(['block', '/dev/x']), volumeMounts: [{ name: 'block', mountPath: '/x' }] },
    /^volumeDevices\[0\] must be the only use/,
  ],
  [
    { lifecycle: { preStop: { sleep: { seconds: 60 } } } },
    /sleep\.seconds is 60, and the pod has 2 s to end/,
  ],
])('refuses %j: %s', (container, problem) =>
  expect(check(container)).toEqual([expect.stringMatching(problem)]),
);

test('an init container that runs once has no probes and no hooks', () => {
  const probed = { readinessProbe: {}, lifecycle: {} };

  expect(check(probed, 'initContainers').map((problem) => problem.split(' ')[0])).toEqual([
    'lifecycle',
    'readinessProbe',
  ]);
  expect(check({ ...probed, restartPolicy: 'Always' }, 'initContainers')).toEqual([]);
  expect(check(probed)).toEqual([]);
});

test('has nothing to say about containers of ours', () => {
  expect(checkOwnContainers(viewTemplate({ spec: { containers: [{ name: 'build' }] } }), 2)).toEqual([]);
});
