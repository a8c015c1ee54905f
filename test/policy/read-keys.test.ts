import { describe, expect, it } from 'vitest';
import { readKeys } from '../../src/policy/read-keys.ts';
import { malformed } from '../../src/policy/readable-policy.ts';

describe('readKeys', () => {
  it('reads each key for itself, defaults among them', () => {
    const read = readKeys({ cluster: 5, pull_policy: 'always', timeouts: { ready: 'soon' }, other: 1 }, 'h');

    expect(read).toMatchObject({
      cluster: malformed,
      pull_policy: ['always'],
      timeouts: malformed,
      rules: [],
      hash: 'h',
    });
    expect(read).not.toHaveProperty('other');
  });

  it('leaves out what is absent and has no default', () => {
    expect(readKeys({}, 'h')).not.toHaveProperty('pod_template');
    expect(readKeys({}, 'h')).toHaveProperty('cluster', malformed);
  });

  it.each([[null], ['text'], [5], [[{ cluster: {} }]]])('finds no keys in %j', (written) =>
    expect(readKeys(written, 'h')).toBeNull(),
  );
});
