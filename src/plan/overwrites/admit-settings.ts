// Labels, annotations, node selector and tolerations that a job sets: each as Kubernetes takes it, none of the executor's own, and one
// that a pattern of the policy allows.
import type { ExplainedFinding } from '../../admission/rejection.ts';
import { matchesSetting, readSetting, type Setting, type SettingList } from '../../pod/may-set/setting.ts';
import { settingFault } from '../../pod/may-set/setting-fault.ts';
import { shortList } from '../../text/short-list.ts';
import { settingPrefixes } from './overwrite-variables.ts';
import type { Refuse, Requested } from './requested.ts';

/** Of one kind. Nobody needs as many, and all of them stand in the pod and in the log. */
const maxSettings = 30;
/** Of one setting, in characters: all annotations together are far below the 256 KiB of Kubernetes. */
const maxLength = 1000;

export interface AdmittedSettings {
  readonly settings: readonly Setting[];
  readonly findings: readonly ExplainedFinding[];
}

const forms: Readonly<Record<SettingList, string>> = {
  node_selector: 'KEY=VALUE',
  tolerations: 'KEY=VALUE:EFFECT or KEY:EFFECT',
  labels: 'KEY=VALUE',
  annotations: 'KEY=VALUE',
};

/** `patterns`: of the policy. */
export function admitSettings(
  list: SettingList,
  patterns: readonly string[],
  { requested, refuse }: { readonly requested: readonly Requested[]; readonly refuse: Refuse },
): AdmittedSettings {
  const asked = requested.filter(({ name }) => name.startsWith(settingPrefixes[list]));
  if (asked.length > maxSettings) {
    const of = { key: `${settingPrefixes[list]}…`, value: `${asked.length} variables` };
    const reason = `A job can have ${maxSettings} of them at most.`;
    return { settings: [], findings: [refuse(of, { reason, instead: 'Leave some of them out.' })] };
  }
  const read = asked.map((each) => admitSetting(list, patterns, each, refuse));
  return {
    settings: read.flatMap((each) => ('setting' in each ? [each.setting] : [])),
    findings: read.flatMap((each) => ('finding' in each ? [each.finding] : [])),
  };
}

function admitSetting(
  list: SettingList,
  patterns: readonly string[],
  requested: Requested,
  refuse: Refuse,
): { readonly setting: Setting } | { readonly finding: ExplainedFinding } {
  const refused = (reason: string, instead: string): { finding: ExplainedFinding } => ({
    finding: refuse(requested, { reason, instead }),
  });
  const allowed = patterns.map((pattern) => `\`${pattern}\``);
  const { value } = requested;
  if (value === null || value.length > maxLength)
    return refused(`It has more than ${maxLength} characters.`, 'Shorten it.');
  const setting = readSetting(list, value);
  if (setting === null) return refused('It has no `=`.', `Write ${forms[list]}.`);
  const fault = settingFault(list, setting);
  if (fault !== null)
    return refused(`In this, ${fault}.`, `Write ${forms[list]} as Kubernetes takes it, or leave it out.`);
  const isAllowed = patterns.some((pattern) => {
    const read = readSetting(list, pattern);
    return read !== null && matchesSetting(read, setting);
  });
  if (isAllowed) return { setting };
  return refused(
    `No pattern of this runner's policy allows it (\`job_may_set.${list}\`).`,
    allowed.length === 0
      ? 'Leave it out.'
      : `Allowed is ${shortList(allowed)}, where \`*\` is any text; or leave it out.`,
  );
}
