import { expect, it } from 'vitest';
import { createEvaluator } from '../../src/admission/evaluate.ts';
import { describeDefaultImage, groupByName, isUsed } from '../../src/help-page/file-entries.ts';
import { publishPolicy } from '../../src/help-page/published-policy.ts';
import { examplePolicy } from './example-policy.ts';

const data = publishPolicy(examplePolicy(), { includeRules: false });
const evaluate = createEvaluator(data.policy, null);
const at = (line: number, job: string) => ({ file: 'ci.yml', line, column: 3, job });

it('groupByName tells an image from a service of the same name, and keeps the order of the file', () => {
  const entries = groupByName(
    [
      { verdict: evaluate('redis:7', 'service'), found: at(1, 'a') },
      { verdict: evaluate('redis:7', 'image'), found: at(2, 'a') },
      { verdict: evaluate('redis:7', 'service'), found: at(3, '.t') },
    ],
    data,
  );
  expect(entries.map(({ card, places }) => [card.tone, places.map(({ line }) => line)])).toEqual([
    ['allowed', [1, 3]],
    ['rejected', [2]],
  ]);
  // What holds for every refused name stands once, below all of them.
  expect(entries[1]?.card.notes).toEqual([]);
});

it('isUsed tells a job from a template', () => {
  const [job, template] = groupByName(
    [
      { verdict: evaluate('a', 'image'), found: at(1, 'default') },
      { verdict: evaluate('b', 'image'), found: at(2, '.t') },
    ],
    data,
  );
  expect([job, template].map((entry) => entry && isUsed(entry))).toEqual([true, false]);
});

it('describeDefaultImage has the jobs that certainly name no image', () => {
  const jobs = [
    { ...at(1, 'a'), doubt: null },
    { ...at(2, 'b'), doubt: 'may get one' },
  ];
  expect(describeDefaultImage(jobs, data)).toMatchObject([{ places: [{ job: 'a' }] }]);
  expect(describeDefaultImage([], data)).toEqual([]);
});
