import { expect, it } from 'vitest';
import { describeOpenEnds } from '../../src/help-page/file-remarks.ts';

const place = { file: 'ci.yml', line: 3, column: 5 };

it('describeOpenEnds says of each what is missing, and what to do', () => {
  const include = { ...place, what: 'include: ci/a.yml', why: 'is elsewhere', isInclude: true as const };
  const image = { ...place, what: 'a: image: $X', why: 'takes $X, which is not set', variable: 'X' };
  const { unresolved, overridden, advice, variables } = describeOpenEnds({
    unresolved: [include, image, { ...image, line: 9 }],
    overridden: [{ ...place, key: 'a`b', winnerLine: 8 }],
  });
  expect(unresolved.map(({ line, text }) => [line, text])).toEqual([
    [3, '`include: ci/a.yml` is elsewhere.'],
    [3, '`a: image: $X` takes $X, which is not set.'],
    [9, '`a: image: $X` takes $X, which is not set.'],
  ]);
  expect(overridden[0]?.text).toBe(
    '`a′b` does not count: line 8 has the same key, and GitLab takes the last.',
  );
  expect(advice.map((sentence) => /Full configuration|Variables/.exec(sentence)?.[0])).toEqual([
    'Full configuration',
    'Variables',
  ]);
  expect(variables).toEqual(['X']);
});

it('describeOpenEnds has no advice where nothing is open, and an end where much is', () => {
  expect(describeOpenEnds({ unresolved: [], overridden: [] })).toEqual({
    unresolved: [],
    overridden: [],
    advice: [],
    variables: [],
  });
  const unresolved = Array.from({ length: 300 }, (_, index) => ({
    ...place,
    what: 'x',
    why: 'y',
    variable: `V${index}`,
  }));
  const { unresolved: shown, variables } = describeOpenEnds({ unresolved, overridden: [] });
  expect([shown.length, variables.length]).toEqual([50, 12]);
});
