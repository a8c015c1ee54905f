// A pod_template against Kubernetes' own schema: field names, types, enums, and the forms of values, each at its place.

import type { KeyPath, Problem } from '../../../policy/problem.ts';
import { wrongType } from '../../../policy/schema/describe-issue.ts';
import { byteFault } from '../../../policy/schema/values/byte-amount.ts';
import { readQuantity } from '../../../policy/schema/values/quantity.ts';
import { isObject } from '../../../security/field-values.ts';
import { nearestName } from '../../../text/nearest-name.ts';
import { rulesOf } from '../rules/type-rules.ts';
import { fieldFormats } from './field-formats.ts';
import { type FieldType, fieldNames, fieldType, schemaVersion } from './schema.ts';

export interface SchemaOptions {
  /** Whether `null`, which takes one of our own values away, may stand at a place. */
  readonly mayBeNull: (path: KeyPath) => boolean;
}

/** Checked elsewhere, field by field. */
const checkedElsewhere = new Set(['PodSecurityContext', 'SecurityContext']);

/** A template adds to the containers that there are. */
const optional = new Set(['PodSpec.containers']);

/** `value`: an object of `type`. @returns all mistakes, each at its place */
export function checkSchema(value: unknown, type: string, path: KeyPath, options: SchemaOptions): Problem[] {
  if (!isObject(value)) return [{ path, message: wrongType(['keys with values'], value) }];
  if (checkedElsewhere.has(type)) return [];
  const known = fieldNames(type) ?? [];
  const ofFields = Object.entries(value).flatMap(([field, item]) => {
    const wanted = fieldType(type, field);
    const at = [...path, field];
    return wanted === null
      ? [{ path: at, isAboutKey: true, message: unknownField(field, type, known) }]
      : checkField(item, `${type}.${field}`, wanted, at, options);
  });
  const missing = known.filter((field) => {
    const isRequired = fieldType(type, field)?.isRequired === true && !optional.has(`${type}.${field}`);
    return isRequired && value[field] === undefined;
  });
  return [
    ...ofFields,
    ...missing.map((field) => ({ path: [...path, field], message: 'is missing' })),
    ...rulesOf(type).flatMap((rule) =>
      rule(value).map(({ at, ...fault }) => ({ ...fault, path: [...path, ...at] })),
    ),
  ];
}

/** Long lists of fields help nobody find the one that was meant. */
const maxFieldsNamed = 12;

function unknownField(field: string, type: string, known: readonly string[]): string {
  const near = nearestName(field, known);
  const meant = near === null ? '' : `; did you mean \`${near}\`?`;
  const all = near === null && known.length <= maxFieldsNamed ? `. Known here: ${known.join(', ')}` : '';
  return `is not a field of ${type} in Kubernetes ${schemaVersion}${meant}${all}`;
}

function checkField(
  value: unknown,
  name: string,
  wanted: FieldType,
  path: KeyPath,
  options: SchemaOptions,
): Problem[] {
  if (value === null) {
    return options.mayBeNull(path) ? [] : [{ path, message: 'is empty; give it a value, or leave it out' }];
  }
  switch (wanted.shape) {
    case 'one':
      return checkOne(value, name, wanted, path, options);
    case 'list':
      if (!Array.isArray(value)) return [{ path, message: wrongType(['a list'], value) }];
      return value.flatMap((item: unknown, index) =>
        checkField(item, name, { ...wanted, shape: 'one' }, [...path, index], options),
      );
    case 'map':
      if (!isObject(value)) return [{ path, message: wrongType(['keys with values'], value) }];
      return Object.entries(value).flatMap(([key, item]) =>
        checkField(item, name, { ...wanted, shape: 'one' }, [...path, key], options),
      );
  }
}

function checkOne(
  value: unknown,
  name: string,
  wanted: FieldType,
  path: KeyPath,
  options: SchemaOptions,
): Problem[] {
  if (fieldNames(wanted.of) !== null) return checkSchema(value, wanted.of, path, options);
  const message = typeFault(value, wanted) ?? enumFault(value, wanted.allowed) ?? formFault(value, name);
  return message === null ? [] : [{ path, message }];
}

const maxInteger: Readonly<Record<string, number>> = {
  int32: 2 ** 31 - 1,
  int64: Number.MAX_SAFE_INTEGER,
};

function typeFault(value: unknown, { of }: FieldType): string | null {
  switch (of) {
    case 'string':
      if (typeof value === 'string') return null;
      return wrongType(['a text'], value);
    case 'boolean':
      return typeof value === 'boolean' ? null : wrongType(['true or false'], value);
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number'
        ? quantityFault(String(value))
        : wrongType(['a quantity such as 500m or 4Gi'], value);
    case 'intOrString':
      return typeof value === 'string' || Number.isInteger(value)
        ? null
        : wrongType(['a whole number', 'a text'], value);
    case 'object':
      return isObject(value) ? null : wrongType(['keys with values'], value);
    default:
      return Number.isInteger(value) && Math.abs(Number(value)) <= (maxInteger[of] ?? 0)
        ? null
        : wrongType(['a whole number'], value);
  }
}

function quantityFault(value: string): string | null {
  return readQuantity(value) === null
    ? 'is not a Kubernetes quantity; write one such as 500m, 2, 512Mi or 10Gi'
    : null;
}

function enumFault(value: unknown, allowed: readonly string[] | null): string | null {
  if (allowed === null || allowed.includes(String(value))) return null;
  const near = nearestName(String(value), allowed);
  return `is \`${String(value)}\`; write ${near === null ? `one of ${allowed.filter(Boolean).join(', ')}` : `\`${near}\``}`;
}

/** Amounts of disk that are no parts of `resources`, which are checked with their names. */
const amountsOfBytes = new Set(['EmptyDirVolumeSource.sizeLimit', 'VolumeResourceRequirements.requests']);

function formFault(value: unknown, name: string): string | null {
  if (amountsOfBytes.has(name)) return byteFault(String(value));
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  return fieldFormats[name]?.(value) ?? null;
}
