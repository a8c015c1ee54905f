import { describe, expect, it } from 'vitest';
import { explainUnknownProtection } from '../../../src/admission/explain/unknown-protection.ts';
import { samplePolicy } from '../sample-policy.ts';

const when = (when: object) => samplePolicy({ rules: [{ when, allowed_images: [{ pattern: 'x' }] }] });

describe('explainUnknownProtection', () => {
  it.each([true, false])('says that no rule applies which asks for protected_ref: %s', (protected_ref) => {
    expect(explainUnknownProtection({ isRefProtected: null }, when({ protected_ref }))).toMatch(
      /^It is not known whether this branch or tag is protected/,
    );
  });

  it('has nothing to say where it is known, or nobody asks', () => {
    const asks = when({ protected_ref: true });

    expect(explainUnknownProtection({ isRefProtected: false }, asks)).toBeNull();
    expect(explainUnknownProtection({ isRefProtected: null }, when({ project_ids: [1] }))).toBeNull();
    expect(explainUnknownProtection({ isRefProtected: null }, samplePolicy())).toBeNull();
  });
});
