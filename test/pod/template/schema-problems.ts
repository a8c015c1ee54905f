// The mistakes that check-schema.ts finds in an object of a type, as lines; `x` stands for its place.

import { checkSchema } from '../../../src/pod/template/schema/check-schema.ts';
import { formatKeyPath } from '../../../src/policy/problem.ts';

/** `value` is taken as YAML would give it: what is undefined is not there. */
export function schemaProblems(type: string, value: unknown, mayBeNull = false): string[] {
  const written: unknown = JSON.parse(JSON.stringify(value));
  return checkSchema(written, type, ['x'], { mayBeNull: () => mayBeNull }).map(
    ({ path, message }) => `${formatKeyPath(path)} ${message}`,
  );
}
