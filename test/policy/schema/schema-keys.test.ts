import { describe, expect, it } from 'vitest';
import { policySchema } from '../../../src/policy/schema/policy-schema.ts';
import { keysAt } from '../../../src/policy/schema/schema-keys.ts';

describe('keysAt', () => {
  it.each([
    [['cluster'], ['namespace', 'kubeconfig', 'context']],
    [
      ['allowed_images', 3],
      ['pattern', 'because'],
    ],
    [
      ['rules', 0, 'when'],
      ['projects', 'project_ids', 'namespace_ids', 'images', 'protected_ref'],
    ],
    [
      ['resources', 'build'],
      ['requests', 'limits'],
    ],
    [['user_namespaces'], ['mode', 'runtime_classes']],
    [['pod_template'], []],
    [['nowhere', 'at', 'all'], []],
  ])('knows the keys at %j', (path, expected) => expect(keysAt(policySchema, path)).toEqual(expected));
});
