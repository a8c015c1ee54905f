import { expect, it } from 'vitest';
import { emptyDraft } from '../../../src/import-config/draft.ts';
import { patternFromRegex } from '../../../src/import-config/rows/placement-rows.ts';
import { isCopied } from '../../../src/import-config/rows/runner-rows.ts';
import {
  always,
  amountOf,
  camelCase,
  copied,
  isNothing,
  withoutVariables,
} from '../../../src/import-config/rows/takes.ts';

const take = (taking: ReturnType<typeof copied>, value: unknown) => {
  const draft = emptyDraft();
  return { outcome: taking({ key: 'k', value, draft, all: {} }), policy: draft.policy };
};

it('copied writes a value at its place, and nothing for an empty one', () => {
  expect(take(copied('a', 'b'), 'x')).toEqual({ outcome: undefined, policy: { a: { b: 'x' } } });
  expect(take(copied('a'), []).policy).toEqual({});
  expect(['', [], {}].every(isNothing)).toBe(true);
});

it('withoutVariables and amountOf take no text that means another thing here', () => {
  expect(take(withoutVariables('a'), 'x:$CI_JOB_ID')).toMatchObject({
    outcome: { verdict: 'different' },
    policy: {},
  });
  expect(take(amountOf('memory', 'a'), '4Gb')).toMatchObject({
    outcome: { mistake: expect.stringContaining('quantity') },
    policy: {},
  });
  expect(take(amountOf('memory', 'a'), '4Gi').policy).toEqual({ a: '4Gi' });
  expect(take(always(false, { verdict: 'different' }), true).outcome).toEqual({ verdict: 'different' });
});

it('camelCase writes names as Kubernetes does, but for those that people chose', () => {
  expect(camelCase({ label_selector: { match_labels: { my_label: 'a_b' } }, list_of: [{ x_y: 1 }] })).toEqual(
    {
      labelSelector: { matchLabels: { my_label: 'a_b' } },
      listOf: [{ xY: 1 }],
    },
  );
});

it.each([
  ['^team=.*$', 'team=*'],
  ['kubernetes\\.io/arch=.+', 'kubernetes.io/arch=*'],
  ['kubernetes.io/arch=.*', 'kubernetes.io/arch=*'],
  ['ci-a', 'ci-a'],
  ['(a|b)=.*', null],
  ['a=[0-9]+', null],
  ['a*', null],
] as const)('patternFromRegex makes of %s the pattern %s', (regex, pattern) => {
  expect(patternFromRegex(regex)).toBe(pattern);
});

it('isCopied knows which lines stay', () => {
  expect(isCopied('runners', 'environment')).toBe(true);
  expect(isCopied('runners', 'builds_dir')).toBe(false);
  expect(isCopied('global', 'concurrent')).toBe(true);
});
