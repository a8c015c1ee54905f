import { expect, it } from 'vitest';
import { inherits } from '../../../src/ci-file/values/inherit.ts';
import { layersOf } from '../layers-of.ts';

it.each([
  ['{}', true],
  ['{inherit: {variables: false}}', true],
  ['{inherit: {default: true}}', true],
  ['{inherit: {default: false}}', false],
  ['{inherit: {default: no}}', false],
  ['{inherit: {default: [tags, image]}}', true],
  ['{inherit: {default: [tags]}}', false],
  ['{inherit: {default: []}}', false],
])('a job inherits by %s: %s', (job, expected) => {
  expect(inherits(layersOf(`job: ${job}`), 'default', 'image')).toBe(expected);
});
