import { describe, expect, it } from 'vitest';
import { maxId } from '../../src/layout/ids.ts';
import { id, ids } from '../../src/security/field-values.ts';

describe('id', () => {
  it.each([0, 1000, maxId])('takes %s, which exists in a user namespace', (value) => {
    expect(id(value)).toBeNull();
  });

  it.each([-1, 1.5, maxId + 1, '1000', null])('does not take %j, and says what it must be', (value) => {
    expect(id(value)).toContain(`0 to ${maxId}`);
  });
});

describe('ids', () => {
  it('takes a list of ids, and nothing else', () => {
    expect(ids([0, maxId])).toBeNull();
    expect(ids([0, maxId + 1])).toContain('list');
    expect(ids(1000)).toContain('list');
  });
});
