import { describe, expect, it } from 'vitest';
import { emptyDraft, setValue } from '../../src/import-config/draft.ts';
import { settlePolicy } from '../../src/import-config/settle-policy.ts';

describe('settlePolicy', () => {
  it('takes out what is refused, with the reason at its key, and what depends on it', () => {
    const draft = emptyDraft();
    setValue(draft, ['cluster', 'namespace'], 'ci', 'namespace');
    setValue(draft, ['pod_template', 'spec', 'hostNetwork'], true, 'pod_spec');
    setValue(draft, ['pod_template', 'spec', 'dnsPolicy'], 'Default', 'dns_policy');
    const { text, read, refused } = settlePolicy(draft, '# head');

    expect(text.split('\n')[0]).toBe('# head');
    expect(read.policy.pod_template).toEqual({ spec: { dnsPolicy: 'Default' } });
    expect([...refused]).toEqual([
      ['pod_spec', expect.stringMatching(/^The executor does not take it: .*hostNetwork may only be false/)],
    ]);
  });

  it('fails on what no key brought, and does not write a policy that does not load', () => {
    const draft = emptyDraft();
    draft.policy['cluster'] = { namespace: 'Not A Name' };

    expect(() => settlePolicy(draft, '')).toThrow('cluster.namespace is not a name');
  });
});
