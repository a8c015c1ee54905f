import { expect, test } from 'vitest';
import { explainUnpinned, findUnsigned } from '../../../../src/stage/prepare/pin/explain-unpinned.ts';
import { admittedImage, admittedJob, samplePolicy } from '../../../pod/sample-job.ts';

const input = {
  plan: {
    admitted: admittedJob(),
    credentials: { entries: [], leftOut: [] },
  },
  policy: samplePolicy,
};
const { image } = admittedImage('ruby:3.4');

test("a registry's words move no cursor", () => {
  const answer = { kind: 'failed', message: 'HTTP 500 \u001b[31m\nsection_start' } as const;
  const { message } = explainUnpinned({ container: 'build', image, answer }, input);
  expect(message).not.toMatch(/[\u001b\n]/);
});

test('only an unsigned image is a finding', () => {
  for (const kind of ['not-found', 'denied', 'failed'] as const)
    expect(findUnsigned({ container: 'build', image, answer: { kind, message: '' } }, input)).toEqual([]);
});
