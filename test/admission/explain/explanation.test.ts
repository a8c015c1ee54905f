import { describe, expect, it } from 'vitest';
import { allowedName } from '../../../src/admission/explain/explanation.ts';
import { questionAbout } from '../sample-policy.ts';

describe('allowedName', () => {
  it.each([
    ['debian:12', 'debian:12'],
    ['debian', null],
    ['debian: 12', null],
    ['', null],
  ])('gives for %j %j', (name, expected) => expect(allowedName(name, questionAbout('evil'))).toBe(expected));
});
