// What becomes of one key of GitLab's configuration: the report, the page docs/compared-with-gitlabs-executor.md and the import itself
// are made of the same rows.
import type { Draft } from '../draft.ts';
import type { Section } from '../keys/known-keys.ts';

/** In the order of the report. */
export const verdicts = ['same', 'pod_template', 'profile', 'different', 'none'] as const;
export type KeyVerdict = (typeof verdicts)[number];

export const verdictWords: Readonly<Record<KeyVerdict, string>> = {
  same: 'the same',
  pod_template: 'by `pod_template`',
  profile: 'by a profile',
  different: 'different',
  none: 'no counterpart',
};

/** What happened to a key as it was written: where it is not what the row says for all. */
export interface KeyOutcome {
  readonly verdict?: KeyVerdict;
  /** Whole sentences. */
  readonly says?: string;
  /** A clause that follows the key: GitLab would refuse it, too. */
  readonly mistake?: string;
}

export interface TakenKey {
  /** `cpu_limit` */
  readonly key: string;
  readonly value: unknown;
  readonly draft: Draft;
  /** All of the section, for what belongs together. */
  readonly all: Readonly<Record<string, unknown>>;
}

export type Take = (taken: TakenKey) => KeyOutcome | undefined;

export interface Row {
  readonly section: Section;
  /** Names in the section; one that ends with `.*` is for all keys below. */
  readonly keys: readonly string[];
  readonly verdict: KeyVerdict;
  /** Where it goes: a key of the policy, or of the runner's configuration. Empty: nowhere. */
  readonly becomes: string;
  /** Whole sentences, for operators; empty where the verdict says all. */
  readonly says: string;
  /** Absent: nothing is written for it. */
  readonly take?: Take;
}
