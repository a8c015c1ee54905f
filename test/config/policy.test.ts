// config/policy.yaml is the reference of the policy: it loads as it is, it says what is shipped, and it knows every key.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import { policyJsonSchema } from '../../src/policy/schema/policy-json-schema.ts';

const file = 'config/policy.yaml';
const text = readFileSync(file, 'utf8');

/** With its examples: in those lines, and in no others, the # stands before a key or before an indent. */
function withExamples(): string {
  const examples = text.replace(/^#(?=[a-z]| {2})/gm, '');
  // An example takes the place of the shipped value above it.
  return ['pull_policy', 'rules', 'replacements', 'image_pull_secrets', 'user_namespaces'].reduce(
    (all, key) => all.replace(new RegExp(`^${key}: (\\[\\]|required)$`, 'm'), ''),
    examples,
  );
}

describe(file, () => {
  it('the sample policy says what is shipped', () => {
    const { policy, notes } = readPolicy({ text, file, checks: [checkPodPolicy] });
    const shipped = readPolicy({ text: 'cluster: {namespace: ci}', file }).policy;

    expect(notes).toEqual([]);
    expect({ ...policy, hash: '' }).toEqual({ ...shipped, hash: '' });
  });

  it('the sample policy is valid with all its examples, too', () => {
    const { notes, policy } = readPolicy({ text: withExamples(), file, checks: [checkPodPolicy] });

    expect(notes).toEqual([]);
    expect(policy.rules).toHaveLength(2);
    expect(policy.allowed_images).toHaveLength(3);
  });

  it('knows every key', () => {
    const schema = JSON.parse(policyJsonSchema()) as Schema;

    expect(missingKeys(schema, parse(withExamples()), [])).toEqual([]);
  });

  it('shows the default of each key that has one, and no other value', () => {
    const defaults = defaultsIn(JSON.parse(policyJsonSchema()) as Schema);

    // The one key that has to be written.
    expect(parse(text)).toEqual({ ...defaults, cluster: { namespace: 'ci' } });
  });

  it('has no red line in an editor, examples included', () => {
    const schema = z.fromJSONSchema(JSON.parse(policyJsonSchema()) as z.core.JSONSchema.JSONSchema);

    expect(schema.safeParse(parse(withExamples())).error?.issues).toBeUndefined();
    expect(schema.safeParse({ ...parse(text), rulez: [] }).success).toBe(false);
  });

  it('explains each key: a comment stands above it, or above the keys around it', () => {
    const lines = text.split('\n');
    const unexplained = lines.filter((line, index) => {
      const isTop = /^#?[a-z_]+:/.test(line);
      return isTop && !precedingLines(lines, index).some((above) => /^# [^-]/.test(above));
    });

    expect(unexplained).toEqual([]);
  });
});

interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

type Fields = Readonly<Record<string, unknown>>;

/** As they are written. */
function defaultsIn({ properties = {}, required = [] }: Schema): Fields {
  const entries = Object.entries(properties).flatMap(([key, child]) => {
    if (child.default !== undefined) return [[key, child.default] as const];
    // Absent as a whole, where it is not required and something in it is.
    if (child.required !== undefined && !required.includes(key)) return [];
    const inside = defaultsIn(child);
    return Object.keys(inside).length > 0 ? [[key, inside] as const] : [];
  });
  return Object.fromEntries(entries);
}

function missingKeys(schema: Schema, value: unknown, path: readonly string[]): readonly string[] {
  if (schema.anyOf !== undefined) {
    const object = schema.anyOf.find(
      ({ properties, items }) => properties !== undefined || items !== undefined,
    );
    return object === undefined ? [] : missingKeys(object, value, path);
  }
  if (schema.items !== undefined) {
    const items = Array.isArray(value) ? (value as unknown[]) : [];
    const inner = schema.items.anyOf?.find(({ properties }) => properties !== undefined) ?? schema.items;
    // Once shown in allowed_images, the short form of a pattern is enough elsewhere.
    const long = items.filter((item) => typeof item === 'object');
    return long.length === 0 ? [] : missingInAll(inner, long, [...path, '[]']);
  }
  if (typeof schema.additionalProperties === 'object' && schema.additionalProperties.properties) {
    const named = Object.values(value ?? {}) as unknown[];
    return missingInAll(schema.additionalProperties, named, [...path, '*']);
  }
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const held: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
    if (held === undefined) return [[...path, key].join('.')];
    return missingKeys(child, held, [...path, key]);
  });
}

/** One example need not have every key, if another one has it. */
function missingInAll(
  schema: Schema,
  examples: readonly unknown[],
  path: readonly string[],
): readonly string[] {
  const [first, ...others] = examples.map((example) => missingKeys(schema, example, path));
  return (first ?? missingKeys(schema, {}, path)).filter((key) => others.every((each) => each.includes(key)));
}

/** The paragraph that a line ends: up to the empty line before it. */
function precedingLines(lines: readonly string[], index: number): readonly string[] {
  let start = index;
  while (start > 0 && lines[start - 1] !== '') start -= 1;
  // Two paragraphs may share an explanation, as the two contexts do.
  if (start === index) while (start > 1 && lines[start - 2] !== '') start -= 1;
  return lines.slice(start, index);
}
