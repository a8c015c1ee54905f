import { describe, expect, it } from 'vitest';
import { completePolicy } from '../../../src/policy/schema/complete-policy.ts';

const cluster = { namespace: 'ci' };

describe('completePolicy', () => {
  it('leaves keys out whose absence has a meaning', () => {
    const policy = completePolicy({ cluster }, 'c0ffee');

    for (const key of [
      'default_image',
      'allowed_images',
      'allowed_services',
      'allowed_users',
      'pod_template',
    ]) {
      expect(policy).not.toHaveProperty(key);
    }
  });

  it.each([
    ['required', { mode: 'required' }],
    [{ mode: 'unproven' }, { mode: 'unproven' }],
    [
      { mode: 'vm', runtime_classes: ['kata'] },
      { mode: 'vm', runtime_classes: ['kata'] },
    ],
    [undefined, { mode: 'required' }],
  ] as const)('reads user_namespaces %j', (written, expected) => {
    expect(completePolicy({ cluster, user_namespaces: written as never }, '').user_namespaces).toEqual(
      expected,
    );
  });

  it('replaces a shipped context whole, so that nothing is enforced that is not written', () => {
    const policy = completePolicy({ cluster, enforced_security_context: { runAsNonRoot: true } }, '');

    expect(policy.enforced_security_context).toEqual({ runAsNonRoot: true });
  });
});
