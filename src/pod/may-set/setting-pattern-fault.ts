// What is wrong with one pattern of `job_may_set`. A key is written out: one pattern for all keys would also be one for what runtimes,
// webhooks and network policies go by.

import { readSetting, type SettingList } from './setting.ts';
import { effectFault, keyFault } from './setting-fault.ts';

const forms: Readonly<Record<SettingList, string>> = {
  node_selector: 'write KEY=VALUE, such as `kubernetes.io/arch=*`',
  tolerations: 'write KEY=VALUE:EFFECT or KEY:EFFECT, such as `ci=*:NoSchedule`',
  labels: 'write KEY=VALUE, such as `team=*`',
  annotations: 'write KEY=VALUE, such as `example.org/cost-center=*`',
};

/** A clause; null: a job could ask for something that it matches. */
export function settingPatternFault(list: SettingList, pattern: string): string | null {
  const setting = readSetting(list, pattern);
  if (setting === null || setting.key === '') return `has no key; ${forms[list]}`;
  if (/^[^/]*\*|\*./.test(setting.key)) {
    return `has a \`*\` in its key, which is open to more than is meant; ${forms[list]}, or \`example.org/*=*\` for the keys of a domain`;
  }
  if (/^[^/]*(?:^|\.)(?:kubernetes|k8s)\.io\/\*$/.test(setting.key)) {
    return 'is open to all keys of Kubernetes itself; write out the one that is meant';
  }
  const ofKey = keyFault(list, setting.key.replace(/\*$/, 'x'));
  return ofKey ?? effectFault(setting);
}
