import { describe, expect, it } from 'vitest';
import { malformed } from '../../src/policy/malformed.ts';
import { readKeys } from '../../src/policy/read-keys.ts';

describe('readKeys', () => {
  it('reads each key of a policy for itself, defaults among them', () => {
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

  it('leaves out a key that is absent and has no default', () => {
    expect(readKeys({}, 'h')).not.toHaveProperty('pod_template');
    expect(readKeys({}, 'h')).toHaveProperty('cluster', malformed);
  });

  it.each([[null], ['text'], [5], [[{ cluster: {} }]]])('finds no keys of a policy in %j', (written) =>
    expect(readKeys(written, 'h')).toBeNull(),
  );
});
