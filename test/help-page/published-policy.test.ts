import { expect, it } from 'vitest';
import { publishPolicy } from '../../src/help-page/published-policy.ts';
import { examplePolicy, withoutKeys } from './example-policy.ts';

it('publishes nothing but the limits, the words and the hash', () => {
  const { policy } = publishPolicy(examplePolicy(), { includeRules: true });
  expect(Object.keys(policy).sort()).toEqual([
    'allowed_images',
    'allowed_services',
    'default_image',
    'hash',
    'image_matching',
    'pull_policy',
    'rejection',
    'replacements',
    'rules',
  ]);
  expect(JSON.stringify(policy)).not.toMatch(/secret-(namespace|context|name|annotation)|kubeconfig/);
});

it('leaves rules out, and says that there are some', () => {
  const data = publishPolicy(examplePolicy(), { includeRules: false });
  expect(JSON.stringify(data)).not.toContain('secret');
  expect(data.hasUnlistedRules).toBe(true);
});

it('lists rules when it is asked to', () => {
  const data = publishPolicy(examplePolicy(), { includeRules: true });
  expect(data.policy.rules).toHaveLength(1);
  expect(data.hasUnlistedRules).toBe(false);
});

it('keeps an absent list apart from an empty one', () => {
  const unlimited = withoutKeys(examplePolicy(), 'allowed_images');
  expect(publishPolicy(unlimited, { includeRules: false }).policy).not.toHaveProperty('allowed_images');
  const empty = publishPolicy(examplePolicy({ allowed_images: [] }), { includeRules: false });
  expect(empty.policy.allowed_images).toEqual([]);
});
