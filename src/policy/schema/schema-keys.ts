// The keys that a zod schema knows at a place; for suggestions, and for the test that config/policy.yaml explains each.
import { z } from 'zod';
import type { KeyPath } from '../problem.ts';

/** Empty where there are no fixed keys. */
export function keysAt(schema: z.ZodType, path: KeyPath): readonly string[] {
  let places: readonly z.core.$ZodType[] = [schema];
  for (const key of path) places = places.flatMap((place) => childrenOf(place, key));
  return [
    ...new Set(places.flatMap((place) => objectsIn(place).flatMap((object) => Object.keys(object.shape)))),
  ];
}

function childrenOf(schema: z.core.$ZodType, key: string | number): readonly z.core.$ZodType[] {
  return alternativesOf(schema).flatMap((each) => {
    if (each instanceof z.ZodArray && typeof key === 'number') return [each.element];
    if (!(each instanceof z.ZodObject)) return [];
    const child = (each.shape as Readonly<Record<string, z.core.$ZodType>>)[key];
    return child === undefined ? [] : [child];
  });
}

function objectsIn(schema: z.core.$ZodType): readonly z.ZodObject[] {
  return alternativesOf(schema).filter((each) => each instanceof z.ZodObject);
}

/** Behind `optional`, defaults and transforms: what can be written; and each branch of a union. */
function alternativesOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodPipe) return alternativesOf(schema.in);
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault
  ) {
    return alternativesOf(schema._zod.def.innerType);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternativesOf);
  return [schema];
}
