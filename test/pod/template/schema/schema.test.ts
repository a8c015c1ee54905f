import { expect, test } from 'vitest';
import { fieldNames, fieldType, schemaVersion } from '../../../../src/pod/template/schema/schema.ts';

test('reads a type as it is written in the data', () => {
  expect(fieldType('PodSpec', 'containers')).toEqual({
    shape: 'list',
    of: 'Container',
    allowed: null,
    isRequired: true,
  });
  expect(fieldType('PodSpec', 'nodeSelector')).toMatchObject({
    shape: 'map',
    of: 'string',
    isRequired: false,
  });
  expect(fieldType('ContainerPort', 'protocol')).toMatchObject({
    shape: 'one',
    allowed: ['SCTP', 'TCP', 'UDP'],
  });
  expect(fieldType('PersistentVolumeClaimSpec', 'accessModes')).toMatchObject({
    shape: 'list',
    of: 'string',
  });
});

test.each([
  ['PodSpec', 'toString'],
  ['PodSpec', 'nodeSelecter'],
  ['__proto__', 'containers'],
])('%s has no field %s', (type, field) => expect(fieldType(type, field)).toBeNull());

test('knows every type that a field has', () => {
  const simple = ['string', 'boolean', 'int32', 'int64', 'quantity', 'intOrString', 'object'];
  const seen = new Set(['PodTemplateSpec']);
  for (const type of seen) {
    for (const field of fieldNames(type) ?? []) seen.add(fieldType(type, field)?.of ?? '');
  }

  expect([...seen].filter((type) => fieldNames(type) === null).sort()).toEqual(simple.sort());
  expect(seen.size).toBeGreaterThan(100);
});

test('the schema is of the newest Kubernetes that the executor is made for', () =>
  expect(schemaVersion).toBe('1.36'));
