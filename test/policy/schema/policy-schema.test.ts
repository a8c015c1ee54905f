import { describe, expect, it } from 'vitest';
import { policySchema } from '../../../src/policy/schema/policy-schema.ts';

const cluster = { namespace: 'ci' };

describe('policySchema', () => {
  it('leaves keys out whose absence has a meaning', () => {
    const policy = policySchema.parse({ cluster });

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

  it('takes no undefined for a key that is absent', () => {
    expect(policySchema.safeParse({ cluster, pod_template: undefined }).success).toBe(false);
  });

  it('replaces a shipped context whole, so that nothing is enforced that is not written', () => {
    const policy = policySchema.parse({ cluster, enforced_security_context: { runAsNonRoot: true } });

    expect(policy.enforced_security_context).toEqual({ runAsNonRoot: true });
  });

  it('completes a group of which one key is written', () => {
    const { timeouts } = policySchema.parse({ cluster, timeouts: { ready: '1h' } });

    expect(timeouts).toEqual({ ready: 3600, reconnect: 300, stop_grace: 10 });
  });
});
