// Names of profiles in rules. Two keys of the policy, so it is looked at once both are read.
import { nearestName } from '../text/nearest-name.ts';
import { shortList } from '../text/short-list.ts';
import { malformed } from './malformed.ts';
import type { Problem } from './problem.ts';
import type { ReadablePolicy } from './readable-policy.ts';

export function checkProfiles({
  profiles,
  rules,
}: Pick<ReadablePolicy, 'profiles' | 'rules'>): readonly Problem[] {
  if (profiles === malformed || rules === malformed) return [];
  const names = Object.keys(profiles);
  return rules.flatMap(({ profile }, index) => {
    if (profile === undefined || Object.hasOwn(profiles, profile)) return [];
    const path = ['rules', index, 'profile'];
    if (names.length === 0)
      return [{ path, message: `is ${profile}, and there are no profiles; write one under profiles` }];
    const meant = nearestName(profile, names);
    const hint = meant ? `did you mean ${meant}?` : `there are ${shortList(names)}`;
    return [{ path, message: `is ${profile}, which profiles does not have; ${hint}` }];
  });
}
