import { expect, test } from 'vitest';
import { explainIdMap, isProvenIdMap, mustProveUserNamespace } from '../../src/security/user-namespace.ts';
import { idMaps } from './fixtures/id-maps.ts';

test.for(idMaps)('$name', ({ text, fault }) => {
  expect(explainIdMap(text)).toBe(fault);
  expect(isProvenIdMap(text)).toBe(fault === null);
});

test('needs no newline at the end', () => {
  expect(isProvenIdMap('0 65536 65536')).toBe(true);
});

test('asks everybody for the proof by default', () => {
  expect(mustProveUserNamespace({ mode: 'required' }, 'kata')).toBe(true);
});

test('lets off the proof who only tries things out', () => {
  expect(mustProveUserNamespace({ mode: 'unproven' }, undefined)).toBe(false);
});

test('lets off virtual machines, by the name of their RuntimeClass and no other', () => {
  const vm = { mode: 'vm', runtime_classes: ['kata'] } as const;

  expect(mustProveUserNamespace(vm, 'kata')).toBe(false);
  expect(mustProveUserNamespace(vm, 'runc')).toBe(true);
  expect(mustProveUserNamespace(vm, undefined)).toBe(true);
});
