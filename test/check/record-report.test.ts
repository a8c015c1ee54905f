import { expect, test } from 'vitest';
import { reportComparison } from '../../src/check/record-report.ts';

test('a comparison reads as sentences, and moves no cursor', () => {
  const name = {
    kind: 'image',
    change: 'refused',
    reason: 'No pattern allows it.',
    jobs: 1,
    projectCount: 7,
    projects: ['a/one', 'b/\u001b[2J'],
  } as const;
  expect(
    reportComparison({
      jobs: 1000,
      unreadable: 1,
      refused: 1,
      admitted: 0,
      names: [
        { ...name, image: 'python:3' },
        { ...name, image: '' },
      ],
    }),
  ).toBe(
    `refused   image python:3
          1 job of a/one, b/?[2J and 5 more projects
          No pattern allows it.
refused   image (none)
          1 job of a/one, b/?[2J and 5 more projects
          No pattern allows it.
1000 jobs: 1 that were admitted would be refused, 0 that were refused would be admitted.
1 line could not be read, and is not counted.
`,
  );
});
