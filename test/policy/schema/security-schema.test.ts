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
  ] as const)('reads user_namespaces %j', (written, expected) =>
    expect(userNamespaces.parse(written)).toEqual(expected),
  );
});

describe('the contexts', () => {
  it('gives the very contexts that are shipped where none is written, for layers know them by identity', () => {
    expect(defaultContext.parse(undefined)).toBe(shippedDefaultContext);
    expect(enforcedContext.parse(undefined)).toBe(shippedEnforcedContext);
  });
});
