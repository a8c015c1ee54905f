import { expect, test } from 'vitest';
import { explainIdMap, isProvenIdMap, needsProof } from '../../src/security/user-namespace.ts';
import { idMaps } from './fixtures/id-maps.ts';

test.for(idMaps)('$name', ({ text, fault }) => {
  expect(explainIdMap(text)).toBe(fault);
  expect(isProvenIdMap(text)).toBe(fault === null);
});

test('needs no newline at the end', () => {
  expect(isProvenIdMap('0 65536 65536')).toBe(true);
});

test('asks everybody for the proof by default', () => {
  expect(needsProof({ mode: 'required' }, 'kata')).toBe(true);
});

test('lets off the proof who only tries things out', () => {
  expect(needsProof({ mode: 'unproven' }, undefined)).toBe(false);
});

test('lets off virtual machines, by the name of their RuntimeClass and no other', () => {
  const vm = { mode: 'vm', runtime_classes: ['kata'] } as const;

  expect(needsProof(vm, 'kata')).toBe(false);
  expect(needsProof(vm, 'runc')).toBe(true);
  expect(needsProof(vm, undefined)).toBe(true);
});
