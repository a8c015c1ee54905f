import { describe, expect, it } from 'vitest';
import { settingPatternFault } from '../../../src/pod/may-set/setting-pattern-fault.ts';

describe('settingPatternFault', () => {
  it.each([
    ['labels', 'team=*'],
    ['labels', 'example.org/*=*'],
    ['node_selector', 'kubernetes.io/arch=*'],
    ['tolerations', 'ci=*:NoSchedule'],
    ['tolerations', 'ci'],
  ] as const)('finds nothing wrong with %s: %s', (list, pattern) => {
    expect(settingPatternFault(list, pattern)).toBeNull();
  });

  it.each([
    ['labels', 'team', 'has no key; write KEY=VALUE'],
    ['labels', '=*', 'has no key'],
    ['labels', '*=*', 'has a `*` in its key'],
    ['annotations', 'io.*=*', 'has a `*` in its key'],
    ['annotations', '*.example.org/x=1', 'has a `*` in its key'],
    ['tolerations', '*:NoSchedule', 'has a `*` in its key'],
    ['labels', 'app.kubernetes.io/*=*', 'is open to all keys of Kubernetes itself'],
    ['node_selector', 'k8s.io/*=*', 'is open to all keys of Kubernetes itself'],
    ['labels', 'gitlab-pod-executor/*=*', "is the executor's"],
    ['labels', 'app.kubernetes.io/managed-by=x', "is the executor's"],
    ['labels', 'te am=*', 'is not a key that Kubernetes takes'],
    ['tolerations', 'ci:Sometimes', 'the effect `Sometimes` must be one of'],
  ] as const)('names what is wrong with %s: %s', (list, pattern, message) => {
    expect(settingPatternFault(list, pattern)).toContain(message);
  });
});
