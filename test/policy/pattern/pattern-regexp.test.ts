import { expect, it } from 'vitest';
import { checkPattern } from '../../../src/policy/pattern/pattern.ts';
import { checkRegexp } from '../../../src/policy/pattern/pattern-regexp.ts';

it.each([
  ['^registry\\.example\\.org/.*$', 'registry.example.org/**'],
  ['registry\\.example\\.org/kde/.+', 'registry.example.org/kde/**'],
  ['^debian:.*', 'debian:*'],
  ['debian:12$', 'debian:12'],
  ['debian:(12|13)', 'debian:{12,13}'],
  ['(?:debian|ubuntu):.*', '{debian,ubuntu}:*'],
  ['debian|ubuntu', '{debian,ubuntu}'],
  ['/debian/', 'debian'],
  ['debian:\\d+', null],
])('takes %s for a regular expression, and suggests %s', (pattern, suggestion) => {
  const fault = checkPattern(pattern);

  expect(fault?.reason).toMatch(/^looks like a regular expression, and patterns are globs: /);
  expect(fault?.suggestion).toBe(suggestion);
});

it.each(['python:3.*', 'a/{b,c}*', 'a\\.b', '$CI_REGISTRY/**', '\\[::1\\]:5000/*', 'debian:[^a]*'])(
  'leaves %s to the other checks',
  (pattern) => expect(checkRegexp(pattern)).toBeNull(),
);
