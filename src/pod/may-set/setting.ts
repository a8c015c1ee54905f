// One setting as GitLab's variables write it: `KEY=VALUE`, and `KEY[=VALUE][:EFFECT]` for a toleration. Patterns have the same form.
// Source: GitLab Runner, executors/kubernetes/overwrites.go (splitMapOverwrite, splitToleration), common/config.go (GetNodeTolerations).
import { matchText } from './match-text.ts';

/** The lists of `job_may_set` whose items are settings. */
export const settingLists = ['node_selector', 'tolerations', 'labels', 'annotations'] as const;
export type SettingList = (typeof settingLists)[number];

export interface Setting {
  readonly key: string;
  /** null: a toleration of whatever value. */
  readonly value: string | null;
  /** null: a toleration of whatever effect, or no toleration. */
  readonly effect: string | null;
}

/** null: there is no `=`. */
export function readSetting(list: SettingList, text: string): Setting | null {
  const [written, effect] = list === 'tolerations' ? splitAt(text, ':') : [text, null];
  const [key, value] = splitAt(written, '=');
  return value === null && list !== 'tolerations' ? null : { key, value, effect: effect || null };
}

function splitAt(text: string, sign: string): [string, string | null] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** A pattern without an effect is one for all effects; one without a value, for tolerations of any value. */
export function matchesSetting(pattern: Setting, { key, value, effect }: Setting): boolean {
  if (!matchText(pattern.key, key)) return false;
  if ((pattern.value === null) !== (value === null)) return false;
  if (pattern.value !== null && !matchText(pattern.value, value ?? '')) return false;
  return pattern.effect === null || pattern.effect === effect;
}
