import { expect, test } from 'vitest';
import { lintImageChecks } from '../../../src/admission/lint/lint-image-checks.ts';
import { samplePolicy } from '../../pod/sample-job.ts';

const images = { require_signature: [{ images: ['a/**'], keys: ['PEM'] }, { keys: ['PEM'] }] };

test("names each entry that asks for a signature of GitLab's own helper image", () => {
  const policy = {
    ...samplePolicy,
    images,
    profiles: { own: { images } },
    rules: [{ when: { protected_ref: true }, images }],
  };
  expect(lintImageChecks(policy).map(({ path, severity }) => [path.join('.'), severity])).toEqual([
    ['images.require_signature.1', 'gap'],
    ['rules.0.images.require_signature.1', 'gap'],
    ['profiles.own.images.require_signature.1', 'gap'],
  ]);
  expect(lintImageChecks({ ...policy, helper_image: 'registry.example.org/helper:1' })).toEqual([]);
});

test('nothing is said of a policy that asks for no signature', () => {
  expect(lintImageChecks(samplePolicy)).toEqual([]);
});
