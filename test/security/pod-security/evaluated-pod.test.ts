import { expect, test } from 'vitest';
import {
  evaluatedPod,
  findSetters,
  isSet,
  named,
  nameSetters,
  sorted,
} from '../../../src/security/pod-security/evaluated-pod.ts';

const pod = evaluatedPod({
  spec: {
    securityContext: { x: 'p' },
    containers: [{ name: 'b', securityContext: { x: 'c' } }, { name: 'c' }],
    initContainers: [{ name: 'a', securityContext: { x: 'c' } }],
  },
});
const valuesOf = (context: Readonly<Record<string, unknown>>): string[] =>
  typeof context['x'] === 'string' ? [context['x']] : [];

test('sees init containers before the others, as upstream does', () => {
  expect(pod.containers.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('names who set a forbidden value, and each value once', () => {
  const setters = findSetters(pod, valuesOf);

  expect(nameSetters(setters)).toBe('pod and containers "a", "b"');
  expect(setters.values).toEqual(['c', 'p']);
  expect(isSet(setters)).toBe(true);
  expect(isSet(findSetters(pod, () => []))).toBe(false);
});

test('counts in words', () => {
  expect(named(['a'])).toBe('container "a"');
  expect(named(['a', 'b'])).toBe('containers "a", "b"');
});

test('takes a pod of nothing', () => {
  expect(evaluatedPod({}).containers).toEqual([]);
  expect(evaluatedPod({ spec: { containers: 'none' } }).containers).toEqual([]);
});

test('sorts bytewise, each once', () => {
  expect(sorted(['b', 'B', 'a', 'b'])).toEqual(['B', 'a', 'b']);
});
