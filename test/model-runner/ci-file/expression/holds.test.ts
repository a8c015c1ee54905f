import { expect, test } from 'vitest';
import { holds } from './holds.ts';

const variables: Readonly<Record<string, string>> = {
  ...{ A: 'v1.2', EMPTY: '', PATTERN: '/^v1/', YES: 'true' },
  ...{ CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'push' },
};

test.each([
  { expression: '$CI_COMMIT_BRANCH == "main"', expected: true },
  { expression: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "push"', expected: true },
  { expression: '$CI_COMMIT_TAG', expected: false },
  { expression: '$CI_COMMIT_TAG == null', expected: true },
  { expression: '$EMPTY', expected: false },
  { expression: '$EMPTY == ""', expected: true },
  { expression: '$EMPTY == null', expected: false },
  { expression: '$A =~ /^v\\d+\\./', expected: true },
  { expression: '$A =~ /V1/i && $A !~ /x/', expected: true },
  { expression: '$A =~ $PATTERN', expected: true },
  { expression: '$NONE =~ /x/', expected: false },
  { expression: '$NONE !~ /x/', expected: true },
  { expression: '$NONE || $A == "no" || $A', expected: true },
  { expression: '$NONE && $A || $A', expected: true },
  { expression: '$A && ($NONE || $EMPTY)', expected: false },
  { expression: "$A == 'v1.2'", expected: true },
  { expression: '$A =~ /a\\/b|v1/', expected: true },
  { expression: '$YES == "true"', expected: true },
])('$expression: $expected', ({ expression, expected }) => {
  expect(holds(expression, (name) => variables[name] ?? null)).toBe(expected);
});
