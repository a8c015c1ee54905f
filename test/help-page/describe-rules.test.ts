import { expect, it } from 'vitest';
import { describeForWhom } from '../../src/help-page/describe-rules.ts';

it.each([
  [{ projects: ['a/*'] }, 'only in projects `a/*`'],
  [
    { projects: ['a/*', 'b'], protected_ref: true },
    'only in projects `a/*` or `b`, and only on protected branches and tags',
  ],
  [{ project_ids: [1, 2, 3] }, 'only in projects with the id 1, 2, or 3'],
  [{ namespace_ids: [7] }, 'only in namespaces with the id 7'],
  [{ protected_ref: false }, 'only on branches and tags that are not protected'],
  [{}, 'in every project'],
])('%j holds %s', (when, words) => {
  expect(describeForWhom(when)).toBe(words);
});
