// `npm run schema` writes config/policy.schema.json from the definition in src/policy; a test fails while the file is older than it.
import { writeFileSync } from 'node:fs';
import { policyJsonSchema } from '../src/policy/schema/policy-json-schema.ts';

writeFileSync('config/policy.schema.json', policyJsonSchema());
