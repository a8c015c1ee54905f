import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../src/admission/evaluate.ts';
import { checkCiNames } from '../../src/check/check-ci-names.ts';
import { findNames } from '../../src/ci-file/find-names.ts';
import { announceFile, describeFile } from '../../src/help-page/file-card.ts';
import { publishPolicy } from '../../src/help-page/published-policy.ts';
import { examplePolicy, withoutKeys } from './example-policy.ts';

const elsewhere = { why: 'is elsewhere' };

function cardOf(text: string, { policy = examplePolicy(), includeRules = true, uncheckedCount = 0 } = {}) {
  const data = publishPolicy(policy, { includeRules });
  const local = { read: () => elsewhere, find: () => elsewhere };
  const found = findNames({ text, file: '.gitlab-ci.yml', local });
  const evaluate = createEvaluator(data.policy, null);
  const { checked, remarks } = checkCiNames(found, evaluate, data.policy);
  return describeFile({ checked, remarks, imageless: found.imageless, uncheckedCount }, data);
}

describe('describeFile', () => {
  it('has an entry for each name, with all the places that ask for it', () => {
    const { refused, allowed } = cardOf('a: {image: golang}\nb: {image: golang}\nc: {image: python:3}\n');
    expect(refused.map(({ card, question, places }) => [card.name, question, places])).toEqual([
      [
        'golang',
        { image: 'golang', kind: 'image' },
        [
          { line: 1, column: 12, job: 'a' },
          { line: 2, column: 12, job: 'b' },
        ],
      ],
    ]);
    expect(allowed.map(({ card }) => card.reasons)).toEqual([
      ['`python:*` on the list allows it.', 'Docker official image.'],
    ]);
  });

  const withoutDefault = withoutKeys(examplePolicy(), 'default_image');

  it('finds the jobs without an image, whether the runner has one for them or not', () => {
    const text = 'a: {script: x}\nb: {script: x}\n';
    expect(cardOf(text)).toMatchObject({
      tone: 'allowed',
      allowed: [{ card: { name: examplePolicy().default_image }, places: [{ job: 'a' }, { job: 'b' }] }],
    });
    const { tone, refused } = cardOf(text, { policy: withoutDefault });
    expect(tone).toBe('rejected');
    expect(refused).toMatchObject([
      { card: { title: 'No image', name: '' }, question: null, places: [{ job: 'a' }, { job: 'b' }] },
    ]);
  });

  it.each([
    ['a: {image: golang}', 'rejected', 'Some jobs would be refused', '1 not allowed.'],
    [
      'a: {image: "gcr.io/kaniko-project/executor:v1"}',
      'partly',
      'Not for every project',
      '1 for some projects only.',
    ],
    ['a: {image: $X}', 'partly', 'Nothing that can be checked here', '1 not checked.'],
    [
      'a: {image: "python:3"}\nb: {image: $X}',
      'partly',
      'Allowed, as far as this page can see',
      '1 allowed, 1 not checked.',
    ],
    ['a: {image: "python:3"}', 'allowed', 'Every name is allowed', '1 allowed.'],
    [
      'stages: [a]',
      'partly',
      'Nothing that can be checked here',
      'The file has no job, and names no image and no service.',
    ],
  ])('sums %j up', (text, tone, title, summary) =>
    expect(cardOf(`${text}\n`)).toMatchObject({ tone, title, summary }),
  );

  it('does not count what only a template has that no job of the file uses', () => {
    const { tone, summary, unused } = cardOf('.t: {image: golang}\nb: {image: "python:3"}\n');
    expect([tone, summary]).toEqual(['allowed', '1 allowed.']);
    expect(unused.map(({ card }) => card.name)).toEqual(['golang']);
    expect(cardOf('.t: &t {image: golang}\nb: {<<: *t}\n')).toMatchObject({
      tone: 'rejected',
      refused: [{ places: [{ job: 'b' }] }],
      unused: [],
    });
    expect(cardOf('.t: {image: golang}\n')).toMatchObject({ tone: 'rejected', unused: [] });
  });

  it('shows the first of very many, and says how many more there are', () => {
    const jobs = Array.from({ length: 130 }, (_, index) => `j${index}: {image: "x${index}"}\n`).join('');
    const { refused, notes } = cardOf(jobs, { includeRules: false, uncheckedCount: 7 });
    expect(refused).toHaveLength(100);
    expect(notes).toEqual([
      '30 more are not allowed.',
      'The file stands for too many names: 7 of them were not checked.',
      'Some projects may use more than this page lists; the log of a refused job has the full answer.',
    ]);
  });

  it('takes names of jobs and images for text, also those that every object has', () => {
    const { refused } = cardOf('__proto__: {image: constructor}\ntoString: {image: "<b>\\u202e"}\n');
    expect(refused.map(({ card, places }) => [card.name, places[0]?.job])).toEqual([
      ['constructor', '__proto__'],
      ['<b>?', 'toString'],
    ]);
  });
});

it('announceFile tells the answer and where to begin', () => {
  expect(announceFile(cardOf('a:\n  image: golang\n'))).toBe(
    'Some jobs would be refused. 1 not allowed. The first is golang, line 2.',
  );
  expect(announceFile(cardOf('a: {image: "python:3"}\n'))).toBe('Every name is allowed. 1 allowed.');
});
