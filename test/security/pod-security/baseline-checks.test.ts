import { expect, test } from 'vitest';
import { baselineChecks } from '../../../src/security/pod-security/baseline-checks.ts';
import {
  appArmorProfile,
  seccompBaseline,
  seLinuxOptions,
} from '../../../src/security/pod-security/baseline-profiles.ts';
import { securityFault } from '../../../src/security/pod-security/check.ts';
import { evaluatedPod } from '../../../src/security/pod-security/evaluated-pod.ts';
import { hostChecks } from '../../../src/security/pod-security/host-checks.ts';

test("runs upstream's checks in upstream's order, which is bytewise", () => {
  const ids = baselineChecks.map(({ id }) => id);

  expect(ids).toEqual([...ids].sort());
  expect(ids).toEqual(
    expect.arrayContaining([
      appArmorProfile.id,
      seccompBaseline.id,
      seLinuxOptions.id,
      ...hostChecks.map(({ id }) => id),
    ]),
  );
  expect(ids).toHaveLength(12);
});

test('has nothing against an empty pod', () => {
  const pod = evaluatedPod({ spec: { containers: [{ name: 'a' }] } });

  expect(baselineChecks.map(({ evaluate }) => evaluate(pod, 37))).toEqual(baselineChecks.map(() => null));
});

test('a fault is a reason with its detail', () => {
  const pod = evaluatedPod({ spec: { securityContext: { seccompProfile: { type: 'Unconfined' } } } });

  expect(seccompBaseline.evaluate(pod, 37)).toEqual(
    securityFault('seccompProfile', 'pod must not set securityContext.seccompProfile.type to "Unconfined"'),
  );
});
