import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/text/nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['allowed_image', 'allowed_images'],
    ['becuase', 'because'],
    ['rejetcion', 'rejection'],
    ['Rejection', 'rejection'],
    ['relpacement', 'replacements'],
  ])('takes %s for %s', (written, expected) => {
    expect(nearestName(written, ['allowed_images', 'because', 'rejection', 'replacements', 'cluster'])).toBe(
      expected,
    );
  });

  it.each(['', 'x', 'images', 'pull'])('leaves "%s" without a suggestion', (written) => {
    expect(nearestName(written, ['allowed_images', 'rejection'])).toBeNull();
  });
});
