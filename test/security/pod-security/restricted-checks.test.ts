import { expect, test } from 'vitest';
import { baselineChecks } from '../../../src/security/pod-security/baseline-checks.ts';
import { overridden, restrictedChecks } from '../../../src/security/pod-security/restricted-checks.ts';
import { restrictedVolumes } from '../../../src/security/pod-security/restricted-volumes.ts';

test("runs upstream's checks in upstream's order, which is bytewise", () => {
  const ids = restrictedChecks.map(({ id }) => id);

  expect(ids).toEqual([...ids].sort());
  expect(ids).toHaveLength(7);
  expect(ids).toContain(restrictedVolumes.id);
});

test('takes the place of baseline checks that exist', () => {
  const restricted = restrictedChecks.map(({ id }) => id);
  const baseline = baselineChecks.map(({ id }) => id);

  expect(restricted).toEqual(expect.arrayContaining(Object.keys(overridden)));
  expect(baseline).toEqual(expect.arrayContaining(Object.values(overridden)));
});
