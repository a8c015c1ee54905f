// The fields of a PodTemplateSpec as Kubernetes publishes them. The data is read from k8s.io/kubernetes by
// scripts/write-pod-schema.ts, which says how a type is written.
import data from './kubernetes-schema.json' with { type: 'json' };

export interface FieldType {
  readonly shape: 'one' | 'list' | 'map';
  /** `string`, `boolean`, `int32`, `int64`, `quantity`, `intOrString`, `object`, or a type of this schema. */
  readonly of: string;
  /** The values of an enum. */
  readonly allowed: readonly string[] | null;
  readonly isRequired: boolean;
}

const types: Readonly<Record<string, Readonly<Record<string, string>>>> = data.types;

/** `1.36` */
export const schemaVersion = /v(\d+\.\d+)/.exec(data.source)?.[1] ?? '';

/** Of a type of the schema; null: `type` is a simple one. */
export function fieldNames(type: string): readonly string[] | null {
  const fields = Object.hasOwn(types, type) ? types[type] : undefined;
  return fields === undefined ? null : Object.keys(fields);
}

/** null: the type has no such field. */
export function fieldType(type: string, field: string): FieldType | null {
  const fields = types[type] ?? {};
  return Object.hasOwn(fields, field) ? readType(fields[field] ?? '') : null;
}

function readType(written: string): FieldType {
  const [, prefix = '', name = '', mark = ''] = /^(\[\]|\{\})?(.*?)(!?)$/.exec(written) ?? [];
  const allowed = name.startsWith('=') ? name.slice(1).split('|') : null;
  const shape = prefix === '[]' ? 'list' : prefix === '{}' ? 'map' : 'one';
  return { shape, of: allowed === null ? name : 'string', allowed, isRequired: mark === '!' };
}
