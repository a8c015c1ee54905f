import { expect, it } from 'vitest';
import { formatAmount, requestOf, tooSmallFor } from '../../../src/doctor/room/pod-request.ts';
import { healthyNode } from '../../stage/doctor-patient.ts';

const pod = {
  spec: {
    containers: [
      {
        resources: {
          requests: { cpu: '500m', memory: '1Gi' },
          limits: { memory: '4Gi', 'example.org/gpu': 1 },
        },
      },
      { resources: { limits: { cpu: 1 } } },
      {},
    ],
    initContainers: [{ resources: { requests: { cpu: '3', memory: '512Mi' } } }],
    overhead: { memory: '1Gi' },
  },
};
const gibi = 1024 ** 3;

it('counts a pod as Kubernetes does: limits stand in for requests, init containers run alone', () => {
  const { requests, limits } = requestOf(pod);

  expect(Object.fromEntries(requests)).toEqual({ cpu: 3, memory: 2 * gibi, 'example.org/gpu': 1 });
  expect(Object.fromEntries(limits)).toEqual({ cpu: 1, memory: 5 * gibi, 'example.org/gpu': 1 });
});

it('what a pod asks for as a whole stands in place of the sum', () => {
  const whole = { spec: { ...pod.spec, resources: { requests: { cpu: '7' } } } };

  expect(requestOf(whole).requests.get('cpu')).toBe(7);
});

it('finds what is too much for every node', () => {
  const request = requestOf({ spec: { containers: [{ resources: { requests: { memory: '40Gi' } } }] } });

  expect(tooSmallFor(request, [healthyNode('a')])).toBe(
    'it requests 40 Gi of memory, and the largest has 32 Gi of memory',
  );
  expect(tooSmallFor(requestOf({ spec: {} }), [healthyNode('a')])).toBeNull();
});

it.each([
  ['cpu', 0.5, '0.5 cpu'],
  ['limits.memory', 1.5 * gibi, '1.5 Gi of limits.memory'],
  ['requests.ephemeral-storage', 256 * 1024 ** 2, '256 Mi of requests.ephemeral-storage'],
  ['pods', 4, '4 pods'],
])('writes of %s %d as %s', (resource, amount, text) => expect(formatAmount(resource, amount)).toBe(text));
