import { expect, it } from 'vitest';
import { judgeNoImage } from '../../../src/admission/explain/no-image.ts';

it('rejects a job without an image only where there is no default one', () => {
  expect(judgeNoImage({ default_image: 'x' })).toBeNull();
  expect(judgeNoImage({})).toMatchObject({
    image: '',
    allowed: false,
    reason: { code: 'no-image', text: 'The job has no image:, and this runner has no default for it.' },
  });
});
