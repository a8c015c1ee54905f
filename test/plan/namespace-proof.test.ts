import { describe, expect, it } from 'vitest';
import { isUserNamespacePromised, mustProve } from '../../src/plan/namespace-proof.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { samplePolicy } from '../pod/sample-job.ts';

describe('mustProve', () => {
  const vm: Policy = {
    ...samplePolicy,
    user_namespaces: { mode: 'vm', runtime_classes: ['kata'] },
    pod_template: { spec: { runtimeClassName: 'kata' } },
  };

  it('asks every pod for the proof, whatever runs it', () => {
    expect(mustProve(samplePolicy)).toBe(true);
    expect(mustProve(samplePolicy, { runtimeClassName: 'kata' })).toBe(true);
  });

  it("lets off the pods of an operator's virtual machines, and of one who tries things out", () => {
    expect(mustProve(vm)).toBe(false);
    expect(mustProve(vm, { runtimeClassName: 'kata' })).toBe(false);
    expect(mustProve({ ...samplePolicy, user_namespaces: { mode: 'unproven' } }, {})).toBe(false);
  });

  it('asks a pod that a webhook moved to another class, in either direction', () => {
    const plain: Policy = { ...samplePolicy, user_namespaces: vm.user_namespaces };

    expect(mustProve(vm, {})).toBe(true);
    expect(mustProve(vm, { runtimeClassName: 'runc' })).toBe(true);
    expect(mustProve(plain, { runtimeClassName: 'kata' })).toBe(true);
  });
});

describe('isUserNamespacePromised', () => {
  it.each([
    [null, false],
    [{ major: 1, minor: 32 }, false],
    [{ major: 1, minor: 33 }, true],
    [{ major: 2, minor: 0 }, true],
  ])('isUserNamespacePromised says of %j: %s', (server, isPromised) => {
    expect(isUserNamespacePromised(server)).toBe(isPromised);
  });
});
