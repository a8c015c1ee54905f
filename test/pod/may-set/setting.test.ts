import { describe, expect, it } from 'vitest';
import { matchesSetting, readSetting, type SettingList } from '../../../src/pod/may-set/setting.ts';

const matches = (list: SettingList, pattern: string, text: string): boolean => {
  const [one, other] = [readSetting(list, pattern), readSetting(list, text)];
  return one !== null && other !== null && matchesSetting(one, other);
};

describe('readSetting', () => {
  it('splits as GitLab Runner does: at the first `=`, and a toleration at the first `:` before', () => {
    expect(readSetting('labels', 'a=b=c:d')).toEqual({ key: 'a', value: 'b=c:d', effect: null });
    expect(readSetting('labels', 'a')).toBeNull();
    expect(readSetting('tolerations', 'a=b:NoSchedule')).toEqual({
      key: 'a',
      value: 'b',
      effect: 'NoSchedule',
    });
    expect(readSetting('tolerations', 'a:NoExecute')).toEqual({ key: 'a', value: null, effect: 'NoExecute' });
    expect(readSetting('tolerations', 'a=')).toEqual({ key: 'a', value: '', effect: null });
  });
});

describe('matchesSetting', () => {
  it.each([
    ['labels', 'team=*', 'team=a', true],
    ['labels', 'team=*', 'teams=a', false],
    ['labels', 'example.org/*=on', 'example.org/x=on', true],
    ['labels', 'example.org/*=on', 'example.com/x=on', false],
    ['tolerations', 'ci=*:NoSchedule', 'ci=a:NoSchedule', true],
    ['tolerations', 'ci=*', 'ci=a:NoExecute', true],
    ['tolerations', 'ci:NoSchedule', 'ci:NoSchedule', true],
  ] as const)('%s: %s and %s: %s', (list, pattern, text, is) => {
    expect(matches(list, pattern, text)).toBe(is);
  });

  it('takes no toleration for one that tolerates less', () => {
    expect(matches('tolerations', 'ci=*:NoSchedule', 'ci:NoSchedule')).toBe(false);
    expect(matches('tolerations', 'ci=*:NoSchedule', 'ci=a')).toBe(false);
    expect(matches('tolerations', 'ci=*:NoSchedule', 'ci=a:NoExecute')).toBe(false);
  });
});
