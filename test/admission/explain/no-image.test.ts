import { expect, it } from 'vitest';
import { evaluateNoImage } from '../../../src/admission/explain/no-image.ts';

it('rejects a job without an image only where there is no default one', () => {
  expect(evaluateNoImage({ default_image: 'x' })).toBeNull();
  expect(evaluateNoImage({})).toMatchObject({
    image: '',
    allowed: false,
    reason: { code: 'no-image', text: 'The job has no image:, and this runner has no default for it.' },
  });
});
