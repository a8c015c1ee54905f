import { expect, it } from 'vitest';
import { podProfile } from '../../../src/policy/schema/profile-schema.ts';

it('fills nothing in: what a profile leaves out is as in the policy', () => {
  expect(podProfile.parse({})).toEqual({});
  expect(podProfile.parse({ timeouts: { ready: '20m' }, resources: { build: {} } })).toEqual({
    timeouts: { ready: 1200 },
    resources: { build: {} },
  });
});

it.each([
  ['allowed_images', ['*']],
  ['user_namespaces', 'unproven'],
  ['rejection', {}],
])('has no %s: that is for all jobs alike', (key, value) => {
  expect(podProfile.safeParse({ [key]: value }).error?.issues[0]).toMatchObject({ keys: [key] });
});
