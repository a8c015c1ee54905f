// Kinds of rules for the fields of one object, to be put together by type (type-rules.ts).
import { isObject } from '../../../security/field-values.ts';
import type { Format } from '../schema/formats.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface RuleFault {
  /** From the object on; empty: the object itself. */
  readonly at: readonly (string | number)[];
  /** A clause that follows the path. */
  readonly message: string;
  readonly isAboutKey?: boolean;
}

export type Rule = (fields: Fields) => readonly RuleFault[];

export const faultIf = (isWrong: boolean, field: string, message: string): readonly RuleFault[] =>
  isWrong ? [{ at: [field], message }] : [];

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

export const needs =
  (field: string): Rule =>
  (fields) =>
    faultIf(isEmpty(fields[field]), field, 'is missing');

const present = (fields: Fields, names: readonly string[]): string[] =>
  names.filter((name) => fields[name] !== undefined);

export const justOne =
  (...names: readonly string[]): Rule =>
  (fields) => {
    const found = present(fields, names);
    if (found.length === 1) return [];
    const message =
      found.length === 0
        ? `needs one of ${names.join(', ')}`
        : `has ${found.join(' and ')}, and can have one only`;
    return [{ at: [], message }];
  };

export const notBoth =
  (one: string, other: string): Rule =>
  (fields) =>
    faultIf(present(fields, [one, other]).length === 2, other, `cannot stand beside ${one}`);

export const atMost =
  (list: string, max: number): Rule =>
  (fields) =>
    faultIf(
      listIn(fields, list).length > max,
      list,
      `has more than ${max} entries, and Kubernetes takes no more`,
    );

/** Of a list of objects: no two with the same value of the fields. */
export const unique =
  (list: string, ...keys: readonly string[]): Rule =>
  (fields) => {
    const seen = new Set<string>();
    return listIn(fields, list).flatMap((item, index) => {
      if (!isObject(item) || keys.some((key) => item[key] === undefined)) return [];
      const name = keys.map((key) => String(item[key])).join(' with ');
      const isTwice = seen.has(name);
      seen.add(name);
      return isTwice ? [{ at: [list, index, keys[0] ?? ''], message: `names ${name} a second time` }] : [];
    });
  };

/** Of a map: the forms of its keys and of its values. */
export const entries =
  (map: string, value: Format | null, key: Format): Rule =>
  (fields) => {
    const written = fields[map];
    if (!isObject(written)) return [];
    return Object.entries(written).flatMap(([name, text]): RuleFault[] => {
      const ofKey = key(name);
      if (ofKey !== null) return [{ at: [map, name], message: ofKey, isAboutKey: true }];
      const ofValue = typeof text === 'string' ? (value?.(text) ?? null) : null;
      return ofValue === null ? [] : [{ at: [map, name], message: ofValue }];
    });
  };

export const listIn = (fields: Fields, field: string): readonly unknown[] => {
  const value = fields[field];
  return Array.isArray(value) ? value : [];
};

export const objectsIn = (fields: Fields, field: string): readonly Fields[] =>
  listIn(fields, field).filter(isObject);
