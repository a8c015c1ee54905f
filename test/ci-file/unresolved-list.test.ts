import { expect, it } from 'vitest';
import { createUnresolvedList } from '../../src/ci-file/unresolved-list.ts';

it('keeps of each place and reason the first', () => {
  const list = createUnresolvedList();
  const place = { file: 'ci.yml', line: 1, column: 1 };
  list.add({ ...place, what: 'a', why: 'x' });
  list.add({ ...place, what: 'b', why: 'x' });
  list.add({ ...place, what: 'c', why: 'y' });

  expect(list.all().map(({ what }) => what)).toEqual(['a', 'c']);
});
