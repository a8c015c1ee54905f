import { expect, it } from 'vitest';
import { unreadable } from '../../../src/ci-file/includes/unreadable.ts';

const mistake = (message: string) => ({ file: 'ci.yml', line: 2, column: 3, message });

it('reports each mistake once, and of very many only the first', () => {
  expect(unreadable(['a', 'b', 'a'].map(mistake))).toMatchObject({
    code: 'ci-file-unreadable',
    message: 'The CI file cannot be read:\nci.yml:2:3: a\nci.yml:2:3: b',
    mistakes: [mistake('a'), mistake('b')],
  });
  const many = unreadable(Array.from({ length: 500 }, (_, index) => mistake(String(index))));
  expect(many.message).toContain('9\nand 490 more');
  expect(many.mistakes).toHaveLength(100);
});
