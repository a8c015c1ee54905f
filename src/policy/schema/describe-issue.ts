// What zod found in the policy file, in words for its operator.
import type { z } from 'zod';
import { nearestName } from '../../text/nearest-name.ts';
import type { KeyPath, Problem } from '../problem.ts';
import { keysAt } from './schema-keys.ts';

type Issue = z.core.$ZodIssue;

/** Long lists of keys help nobody find the one that was meant. */
const maxKeysNamed = 12;

/** `value`: the file's whole content, to say what stands in place of what was expected. */
export function describeIssue(issue: Issue, schema: z.ZodType, value: unknown): readonly Problem[] {
  const path = keyPath(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, keysAt(schema, path)));
    case 'invalid_union':
      return describeUnion(issue, path, schema, value);
    case 'invalid_type':
      return [{ path, message: wrongType([describeExpected(issue.expected)], valueAt(value, path)) }];
    case 'invalid_value':
      return [{ path, message: wrongValue(issue.values.map(String), valueAt(value, path)) }];
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, message, isAboutKey: true }));
    case 'custom':
      return [{ path, message: issue.message, isAboutKey: issue.params?.['isAboutKey'] === true }];
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownKey(key: string, path: KeyPath, known: readonly string[]): Problem {
  if (key === '<<') {
    return {
      path: [...path, key],
      isAboutKey: true,
      message: 'is a merge key, which is not read here; write the keys out',
    };
  }
  const near = nearestName(key, known);
  const meant = near === null ? '' : `; did you mean \`${near}\`?`;
  return {
    path: [...path, key],
    isAboutKey: true,
    message: `is not a key of a policy${meant}${meant === '' ? '.' : ''} ${describeKnown(known)}`,
  };
}

function describeKnown(known: readonly string[]): string {
  if (known.length > maxKeysNamed) return 'config/policy.yaml explains all of them';
  return known.length === 0 ? 'There are none here' : `Known here: ${known.join(', ')}`;
}

/** If just one alternative has the right type, its mistakes are the ones to report. */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: KeyPath,
  schema: z.ZodType,
  value: unknown,
): readonly Problem[] {
  const isWrongType = (issues: readonly Issue[]) =>
    issues.some(
      (each) => each.path.length === 0 && (each.code === 'invalid_type' || each.code === 'invalid_value'),
    );
  const fitting = issue.errors.filter((issues) => !isWrongType(issues));
  const [only] = fitting;
  const takesText = issue.errors
    .flat()
    .some((each) => each.code === 'invalid_type' && each.expected === 'string');
  const unquoted = takesText ? unquotedText(valueAt(value, path), keysAt(schema, path)) : null;
  if (unquoted !== null) return [{ path, message: unquoted }];
  if (fitting.length === 1 && only !== undefined) {
    return only.flatMap((each) =>
      describeIssue({ ...each, path: [...issue.path, ...each.path] }, schema, value),
    );
  }
  const found = valueAt(value, path);
  const values = issue.errors
    .flat()
    .flatMap((each) => (each.code === 'invalid_value' ? each.values.map(String) : []));
  if (typeof found === 'string' && values.length > 0) return [{ path, message: wrongValue(values, found) }];
  const expected = issue.errors.flat().flatMap((each) => {
    if (each.code === 'invalid_type') return [describeExpected(each.expected)];
    return each.code === 'invalid_value' ? [`one of ${each.values.map(String).join(', ')}`] : [];
  });
  return [{ path, message: wrongType([...new Set(expected)], found) }];
}

/** `{debian,ubuntu}` is a map to YAML, and `debian: 12` too. null: some key is known, or nearly so. */
function unquotedText(found: unknown, known: readonly string[]): string | null {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return null;
  const keys = Object.keys(found);
  if (keys.length === 0 || keys.some((key) => nearestName(key, known) !== null)) return null;
  return `is read as keys with values (${keys.join(', ')}), and a text with braces or \`: \` needs quotes. ${describeKnown(known)}`;
}

/** `expected`: what could stand there, in words. */
export function wrongType(expected: readonly string[], found: unknown): string {
  const wanted = expected.join(' or ');
  if (found === undefined) return `is missing; write ${wanted}`;
  if (found === null) return `is empty; write ${wanted}`;
  const isUnquoted = expected.includes('a text') && (typeof found === 'number' || typeof found === 'boolean');
  return `is ${describeFound(found)}; write ${wanted}${isUnquoted ? ': put it in quotes' : ''}`;
}

function wrongValue(allowed: readonly string[], found: unknown): string {
  if (typeof found !== 'string') return wrongType([`one of ${allowed.join(', ')}`], found);
  // Kubernetes' own spelling, IfNotPresent, is the most likely slip.
  const plain = found.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  const near = allowed.includes(plain) ? plain : nearestName(found, allowed);
  return `is \`${found}\`; write ${near === null ? `one of ${allowed.join(', ')}` : `\`${near}\``}`;
}

function describeExpected(expected: string): string {
  const text: Readonly<Record<string, string>> = {
    array: 'a list',
    boolean: 'true or false',
    int: 'a whole number',
    number: 'a number',
    null: 'null',
    object: 'keys with values',
    record: 'keys with values',
    string: 'a text',
  };
  return text[expected] ?? expected;
}

function describeFound(found: unknown): string {
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object') return 'keys with values';
  if (typeof found === 'string') return 'a text';
  return typeof found === 'number' || typeof found === 'boolean' ? `\`${found}\`` : 'something else';
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

function keyPath(path: readonly PropertyKey[]): KeyPath {
  return path.map((key) => (typeof key === 'number' ? key : String(key)));
}
