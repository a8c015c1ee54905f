import { describe, expect, it } from 'vitest';
import { appendValue, emptyDraft, removeValue, setValue, valueAt } from '../../src/import-config/draft.ts';

describe('removeValue', () => {
  it('takes out one item of a list, keeps the others findable, and leaves nothing empty behind', () => {
    const draft = emptyDraft();
    const list = ['pod', 'containers'];
    for (const name of ['a', 'b', 'c']) appendValue(draft, list, { name }, `key-${name}`);
    appendValue(draft, [...list, 1, 'mounts'], 'x', 'mount');
    setValue(draft, ['cluster', 'namespace'], 'ci', 'namespace');

    removeValue(draft, [...list, 0]);
    expect(draft.policy['pod']).toEqual({ containers: [{ name: 'b', mounts: ['x'] }, { name: 'c' }] });
    expect([...draft.origins]).toEqual(
      expect.arrayContaining([
        [JSON.stringify([...list, 0]), 'key-b'],
        [JSON.stringify([...list, 0, 'mounts', 0]), 'mount'],
        [JSON.stringify([...list, 1]), 'key-c'],
      ]),
    );

    removeValue(draft, [...list, 1]);
    removeValue(draft, [...list, 0, 'mounts', 0]);
    removeValue(draft, [...list, 0]);
    expect(draft.policy).toEqual({ cluster: { namespace: 'ci' } });
    expect(valueAt(draft.policy, ['cluster', 'namespace'])).toBe('ci');
    expect(valueAt(draft.policy, ['pod', 'containers', 0])).toBeUndefined();
  });
});
