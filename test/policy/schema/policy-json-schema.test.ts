import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policyJsonSchema } from '../../../src/policy/schema/policy-json-schema.ts';

describe('config/policy.schema.json', () => {
  it('the JSON schema is what `npm run schema` makes of the definition now', () => {
    const message = 'it is stale; run: npm run schema';

    expect(readFileSync('config/policy.schema.json', 'utf8'), message).toBe(policyJsonSchema());
  });

  it('describes every key', () => {
    const undescribed: string[] = [];
    visit(JSON.parse(policyJsonSchema()), 'policy', undescribed);

    expect(undescribed).toEqual([]);
  });
});

function visit(schema: unknown, path: string, undescribed: string[]): void {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, child] of Object.entries(schema)) {
    if (key === 'properties') {
      for (const [name, property] of Object.entries(child as Record<string, Record<string, unknown>>)) {
        if (typeof property['description'] !== 'string') undescribed.push(`${path}.${name}`);
        visit(property, `${path}.${name}`, undescribed);
      }
    } else visit(child, path, undescribed);
  }
}
