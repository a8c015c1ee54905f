import { expect, it } from 'vitest';
import { environmentName } from '../../src/job/environment-name.ts';

it.each(['A', '_a', 'a.b-c', '.a', '-', 'A'.repeat(240)])('takes %s', (name) => {
  expect(environmentName.test(name)).toBe(true);
});

// Keys of a Secret that an API server refuses (validation.IsConfigMapKey), or names that older ones do (validation.IsEnvVarName).
it.each(['', '1A', 'A B', 'A=', 'Ä', 'A\n', '.', '..', '..A', 'A'.repeat(241)])('refuses %j', (name) => {
  expect(environmentName.test(name)).toBe(false);
});
