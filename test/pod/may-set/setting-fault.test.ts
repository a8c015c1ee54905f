import { describe, expect, it } from 'vitest';
import { readSetting, type SettingList } from '../../../src/pod/may-set/setting.ts';
import { effectFault, keyFault, settingFault } from '../../../src/pod/may-set/setting-fault.ts';

const faultOf = (list: SettingList, text: string): string | null => {
  const setting = readSetting(list, text);
  return setting === null ? 'unreadable' : settingFault(list, setting);
};

describe('settingFault', () => {
  it('finds nothing wrong with what Kubernetes takes', () => {
    expect(faultOf('labels', 'example.org/team=a_b.c')).toBeNull();
    expect(faultOf('labels', 'team=')).toBeNull();
    expect(faultOf('annotations', 'note=any text / at: all')).toBeNull();
    expect(faultOf('tolerations', 'ci=a:PreferNoSchedule')).toBeNull();
  });

  it.each([
    ['labels', 'te am=a', 'the key `te am` is not a key that Kubernetes takes'],
    ['labels', '=a', 'the key `` is not a key'],
    ['labels', `team=${'x'.repeat(64)}`, 'is not a value that a label can have'],
    ['node_selector', 'a/b/c=x', 'is not a key'],
    ['node_selector', 'zone=a b', 'is not a value'],
    ['annotations', 'note=\u001b[2J', 'the value has control characters'],
    ['tolerations', 'ci:Never', 'the effect `Never` must be one of'],
  ] as const)('names what is wrong with %s: %j', (list, text, message) => {
    expect(faultOf(list, text)).toContain(message);
  });

  it("keeps the executor's own keys, and annotations that stand in for fields, out of reach", () => {
    for (const key of ['gitlab-pod-executor/job-id', 'app.kubernetes.io/managed-by'])
      for (const list of ['labels', 'annotations'] as const)
        expect(keyFault(list, key)).toContain("is the executor's");
    expect(keyFault('annotations', 'io.kubernetes.cri-o.userns-mode')).toContain('hostUsers is false');
    expect(keyFault('annotations', 'container.apparmor.security.beta.kubernetes.io/build')).toContain(
      'enforced',
    );
    expect(effectFault({ key: 'a', value: null, effect: null })).toBeNull();
  });
});
