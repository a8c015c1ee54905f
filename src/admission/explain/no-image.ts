// The verdict on a job that names no image.
import type { AdmissionPolicy } from '../allow-list.ts';
import type { Verdict } from '../verdict.ts';

export const noImageReason = 'The job has no image:, and this runner has no default for it.';
export const noImageAdvice = 'Name one of the images that are allowed.';

/** null: it runs in the default image, which is always admitted. */
export function evaluateNoImage({ default_image }: Pick<AdmissionPolicy, 'default_image'>): Verdict | null {
  if (default_image !== undefined) return null;
  return {
    image: '',
    canonical: null,
    kind: 'image',
    allowed: false,
    pattern: null,
    reason: { code: 'no-image', text: noImageReason },
    suggestion: { text: noImageAdvice, use: null },
    nearest: null,
  };
}
