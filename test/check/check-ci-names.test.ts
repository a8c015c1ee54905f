import { expect, it } from 'vitest';
import { createEvaluator } from '../../src/admission/evaluate.ts';
import { checkCiNames } from '../../src/check/check-ci-names.ts';
import { findNames } from '../../src/ci-file/find-names.ts';
import { samplePolicy } from '../admission/sample-policy.ts';

const text = `include: {remote: 'https://example.org/x.yml'}
a: {image: python, services: [python:3]}
b: {script: x}
`;

it('checkCiNames has a verdict for each name, and leaves open what an include may bring', () => {
  const nothing = { why: 'is not there' };
  const found = findNames({ text, file: 'ci.yml', local: { read: () => nothing, find: () => nothing } });
  const policy = samplePolicy();
  const { checked, remarks } = checkCiNames(found, createEvaluator(policy, null), {});

  expect(checked.map(({ verdict, found: at }) => [verdict.image, verdict.kind, at?.line])).toEqual([
    ['python', 'image', 2],
    ['python:3', 'service', 2],
  ]);
  expect(remarks.unresolved.map(({ line, what }) => [line, what])).toEqual([
    [1, 'include: remote https://example.org/x.yml'],
    [3, 'b: no image'],
  ]);
});

it('checkCiNames rejects a job without an image where the runner has none for it', () => {
  const imageless = [{ file: 'ci.yml', line: 3, column: 1, job: 'b', doubt: null }];
  const found = { names: [], imageless, unresolved: [], overridden: [] };
  const evaluate = createEvaluator(samplePolicy(), null);

  expect(checkCiNames(found, evaluate, {}).checked).toMatchObject([{ verdict: { allowed: false } }]);
  expect(checkCiNames(found, evaluate, { default_image: 'debian:12' }).checked).toEqual([]);
});
