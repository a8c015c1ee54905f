// What no setting may be, whether a job asks for it or an operator's pattern would let it: what Kubernetes refuses, and what is the
// executor's or the runtime's to say.
import { checkMetadata } from '../template/check/check-metadata.ts';
import { labelValue, oneOfTexts, qualifiedName } from '../template/schema/formats.ts';
import type { Setting, SettingList } from './setting.ts';

const effects = oneOfTexts('NoSchedule', 'PreferNoSchedule', 'NoExecute');

/** A clause; null: nothing is wrong. */
export function settingFault(list: SettingList, setting: Setting): string | null {
  return keyFault(list, setting.key) ?? effectFault(setting) ?? valueFault(list, setting.value ?? '');
}

export function keyFault(list: SettingList, key: string): string | null {
  const ofForm = qualifiedName(key);
  if (ofForm !== null) return `the key \`${key}\` ${ofForm}`;
  const [reserved] =
    list === 'labels' || list === 'annotations' ? checkMetadata({ [list]: { [key]: '' } }, []) : [];
  return reserved === undefined ? null : `\`${key}\` ${reserved.message}`;
}

export const effectFault = ({ effect }: Setting): string | null => {
  const message = effect === null ? null : effects(effect);
  return message === null ? null : `the effect \`${String(effect)}\` ${message}`;
};

function valueFault(list: SettingList, value: string): string | null {
  if (list === 'annotations') {
    // Somebody reads it in a terminal.
    return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value) ? 'the value has control characters' : null;
  }
  const ofForm = labelValue(value);
  return ofForm === null ? null : `the value \`${value}\` ${ofForm}`;
}
