import { expect, it } from 'vitest';
import { unreadable } from '../../../src/ci-file/includes/unreadable.ts';

it('reports each mistake once, and of very many only the first', () => {
  expect(unreadable(['a', 'b', 'a'])).toMatchObject({
    code: 'ci-file-unreadable',
    message: 'The CI file cannot be read:\na\nb',
  });
  expect(unreadable(Array.from({ length: 50 }, (_, index) => String(index))).message).toContain(
    '9\nand 40 more',
  );
});
