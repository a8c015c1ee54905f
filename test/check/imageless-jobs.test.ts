import { expect, it } from 'vitest';
import { evaluateImageless } from '../../src/check/imageless-jobs.ts';

const place = { file: 'ci.yml', line: 1, column: 1 };
const jobs = [
  { ...place, job: 'a', doubt: null },
  { ...place, job: 'b', doubt: 'may get one from what is not resolved' },
];

it('rejects them, and leaves those open that may yet get an image', () => {
  expect(evaluateImageless(jobs, {})).toEqual({
    checked: [{ verdict: expect.objectContaining({ allowed: false }), found: jobs[0] }],
    unresolved: [{ ...place, what: 'b: no image', why: 'may get one from what is not resolved' }],
  });
});

it('has nothing to say where the runner has a default image', () => {
  expect(evaluateImageless(jobs, { default_image: 'x' })).toEqual({ checked: [], unresolved: [] });
});
