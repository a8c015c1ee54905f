// The schema of the policy file for editors: completion, and a red line under a wrong key. Made from the very definition that
// readPolicy checks by.
import { z } from 'zod';
import { policySchema } from './policy-schema.ts';

/** The text of config/policy.schema.json. */
export function policyJsonSchema(): string {
  const schema = z.toJSONSchema(policySchema, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ ...schema, title: 'Policy of gitlab-pod-executor' }, null, 2)}\n`;
}
