import { describe, expect, it } from 'vitest';
import {
  defaultContext,
  enforcedContext,
  shippedDefaultContext,
  shippedEnforcedContext,
  userNamespaces,
} from '../../../src/policy/schema/security-schema.ts';

describe('userNamespaces', () => {
  it.each([
    ['required', { mode: 'required' }],
    [{ mode: 'unproven' }, { mode: 'unproven' }],
    [{ mode: 'required', runtime_classes: [] }, { mode: 'required' }],
    [
      { mode: 'vm', runtime_classes: ['kata'] },
      { mode: 'vm', runtime_classes: ['kata'] },
    ],
    [undefined, { mode: 'required' }],
  ] as const)('reads %j', (written, expected) => expect(userNamespaces.parse(written)).toEqual(expected));
});

describe('the contexts', () => {
  it('are the very objects that are shipped where nothing is written, which is how their layers know them', () => {
    expect(defaultContext.parse(undefined)).toBe(shippedDefaultContext);
    expect(enforcedContext.parse(undefined)).toBe(shippedEnforcedContext);
  });
});
