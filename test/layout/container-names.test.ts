import { expect, it } from 'vitest';
import {
  containerLabel,
  describeContainer,
  isExecutorContainer,
  isServiceContainer,
  serviceContainer,
  serviceIndex,
} from '../../src/layout/container-names.ts';

it('finds the place of a service in the job from the name of its container', () => {
  for (const index of [0, 1, 12, 199]) expect(serviceIndex(serviceContainer(index))).toBe(index);
});

it.each(['build', 'svc-', 'svc-a', 'svc-1a', 'my-svc-1', 'svc--1'])(
  'does not take %s for a service container',
  (name) => {
    expect(serviceIndex(name)).toBeNull();
    expect(isServiceContainer(name)).toBe(false);
  },
);

it('knows the containers of the executor from an operator’s own', () => {
  for (const name of ['build', 'helper', 'init-workspace', 'init-user-namespace', 'svc-0'])
    expect(isExecutorContainer(name)).toBe(true);
  for (const name of ['metrics', 'init-metrics', 'builder']) expect(isExecutorContainer(name)).toBe(false);
});

it('calls a service what its author calls it, and other containers by their name', () => {
  expect([containerLabel('svc-2'), containerLabel('build')]).toEqual(['services[2]', 'build']);
  expect([describeContainer('svc-2'), describeContainer('build')]).toEqual([
    'services[2]',
    'the build container',
  ]);
});
