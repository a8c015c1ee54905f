import { expect, it } from 'vitest';
import { checkProfiles } from '../../src/policy/check-profiles.ts';
import { malformed } from '../../src/policy/malformed.ts';

const rules = (...names: string[]) => names.map((profile) => ({ when: { project_ids: [1] }, profile }));

it('takes rules that name profiles of the policy', () => {
  expect(checkProfiles({ profiles: { a: {}, b: {} }, rules: rules('b', 'a') })).toEqual([]);
});

it('names each that is not there, with what was meant, or what there is', () => {
  const profiles = { 'image-build': {}, large: {} };

  expect(checkProfiles({ profiles, rules: rules('imagebuild', 'large', 'gpu') })).toEqual([
    {
      path: ['rules', 0, 'profile'],
      message: 'is imagebuild, which profiles does not have; did you mean image-build?',
    },
    {
      path: ['rules', 2, 'profile'],
      message: 'is gpu, which profiles does not have; there are image-build, large',
    },
  ]);
  expect(checkProfiles({ profiles: {}, rules: rules('gpu') })[0]?.message).toContain('there are no profiles');
});

it('takes no name of the language for a profile', () => {
  expect(checkProfiles({ profiles: { a: {} }, rules: rules('constructor') })).toHaveLength(1);
});

it('says nothing while either cannot be read', () => {
  expect(checkProfiles({ profiles: malformed, rules: rules('a') })).toEqual([]);
  expect(checkProfiles({ profiles: {}, rules: malformed })).toEqual([]);
});
