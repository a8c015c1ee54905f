import { expect, test } from 'vitest';
import {
  type Amounts,
  checkPairs,
  checkResourceAmounts,
} from '../../../src/policy/schema/resource-amounts.ts';

const check = (amounts: Amounts): string[] =>
  checkResourceAmounts(amounts).map(({ list, name, message }) => `${list}.${name} ${message}`);

test.each<[amounts: Amounts, problem: string]>([
  [
    { limits: { mem: '4Gi' } },
    'limits.mem is not a resource that a container can have; did you mean `memory`?',
  ],
  [
    { limits: { storage: '4Gi' } },
    'limits.storage is not a resource that a container can have; did you mean `ephemeral-storage`?',
  ],
  [
    { limits: { memroy: '4Gi' } },
    'limits.memroy is not a resource that a container can have; did you mean `memory`?',
  ],
  [
    { limits: { gpu: 1 } },
    'limits.gpu is not a resource that a container can have; did you mean `nvidia.com/gpu`? There are cpu',
  ],
  [{ limits: { network: 1 } }, 'limits.network is not a resource that a container can have. There are cpu'],
  [{ limits: { '': 1 } }, 'limits. is not a resource that a container can have. There are cpu'],
  [{ limits: { 'hugepages-2Mi': '4Mi' } }, 'limits.hugepages-2Mi cannot stand alone'],
  [
    { requests: { cpu: '500' } },
    'requests.cpu is 500 cores, more than a container gets; did you mean `500m` (thousandths)?',
  ],
  [{ limits: { memory: 4 } }, 'limits.memory is 4 bytes; did you mean `4Gi`?'],
  [
    { requests: { 'ephemeral-storage': '10' } },
    'requests.ephemeral-storage is 10 bytes; did you mean `10Gi`?',
  ],
  [{ limits: { memory: '5 GB' } }, 'limits.memory is not a Kubernetes quantity'],
  [{ limits: { memory: true } }, 'limits.memory is not a Kubernetes quantity'],
  [{ limits: { memory: 0 } }, 'limits.memory is 0, which Kubernetes reads as no limit'],
  [{ limits: { 'nvidia.com/gpu': '500m' } }, 'limits.nvidia.com/gpu must be a whole number'],
  [{ requests: { 'nvidia.com/gpu': 1 } }, 'requests.nvidia.com/gpu needs the same limit'],
  [
    { requests: { 'nvidia.com/gpu': 1 }, limits: { 'nvidia.com/gpu': 2 } },
    'requests.nvidia.com/gpu is less than its limit, 2, and must be the same',
  ],
  [
    { requests: { cpu: 2 }, limits: { cpu: '500m' } },
    'requests.cpu is more than its limit, 500m; Kubernetes refuses such a pod',
  ],
])('refuses %j: %s', (amounts, problem) =>
  expect(check(amounts)).toEqual([expect.stringContaining(problem)]),
);

test.each<[Amounts]>([
  [{}],
  [{ requests: { cpu: 0, memory: '0' }, limits: { cpu: '0.5', memory: '1Mi' } }],
  [{ limits: { cpu: null, memory: null, 'nvidia.com/gpu': 0, 'hugepages-2Mi': '4Mi' } }],
  [{ requests: { memory: null }, limits: { memory: '1Gi' } }],
  [{ requests: { cpu: 64 }, limits: { cpu: null } }],
])('has nothing to say about %j', (amounts) => expect(check(amounts)).toEqual([]));

test('asks of pairs alone no more than that they fit', () => {
  expect(checkPairs({ requests: { memory: '2' }, limits: { memory: '1' } })).toHaveLength(1);
  expect(checkPairs({ requests: { memory: '1' }, limits: { memory: '2' } })).toEqual([]);
});
