import { expect, it } from 'vitest';
import { amountVariable, amountVariables } from '../../../src/plan/overwrites/overwrite-variables.ts';

it('amountVariables has the eighteen names of GitLab, each for one amount of one kind of container', () => {
  const names = amountVariables.map(({ name }) => name);

  expect(new Set(names).size).toBe(18);
  expect(names).toEqual(
    expect.arrayContaining([
      'KUBERNETES_CPU_REQUEST',
      'KUBERNETES_HELPER_MEMORY_LIMIT',
      'KUBERNETES_SERVICE_EPHEMERAL_STORAGE_REQUEST',
    ]),
  );
  for (const { name, ...amount } of amountVariables) expect(amountVariable(amount)).toBe(name);
});
