// The schema of the policy file for editors: completion, and a red line under a wrong key. Made from the very definition that
// readPolicy checks by.
import { z } from 'zod';
import { policySchema } from './policy-schema.ts';

/** The text of config/policy.schema.json. */
export function policyJsonSchema(): string {
  const schema = z.toJSONSchema(policySchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => dropEmptyDefault(jsonSchema),
  });
  return `${JSON.stringify({ ...schema, title: 'Policy of gitlab-pod-executor' }, null, 2)}\n`;
}

/** Of a group of keys: each has its own default, and an editor that offers `{}` for all of them helps nobody. */
function dropEmptyDefault(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.properties !== undefined && JSON.stringify(schema.default) === '{}') delete schema.default;
}
