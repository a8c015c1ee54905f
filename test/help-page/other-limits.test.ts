import { expect, it } from 'vitest';
import { renderOtherLimits } from '../../src/help-page/other-limits.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { examplePolicy } from './example-policy.ts';

it.each<[string, Partial<Policy>, readonly string[]]>([
  ['nothing', {}, []],
  [
    'pull policies',
    { pull_policy: ['never'], allowed_pull_policies: ['always', 'if-not-present'] },
    ['The pull_policy: of an image or service: always or if-not-present.'],
  ],
  [
    'the operators’ own pull policy',
    { pull_policy: ['always'] },
    ['The pull_policy: of an image or service: always.'],
  ],
  ['users', { allowed_users: [0, 1000] }, ['The user id in user: of an image or service: 0 or 1000.']],
  ['groups', { allowed_groups: [] }, ['The group id in user: of an image or service: none may be named.']],
])('says what is limited: %s', (_, changes, limits) => {
  const { markup } = renderOtherLimits(examplePolicy(changes));
  const rows = [...markup.matchAll(/<li[^>]*>(.*?)<\/li>/g)].map(([, row = '']) =>
    row.replace(/<[^>]*>/g, ''),
  );
  expect(rows).toEqual(limits);
});
