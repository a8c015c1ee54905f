// One line of JSON about one job, for its operator: what it asked for, what admitted it, where and how long it ran, how it ended. The
// schema for programs is docs/job-records.md. No value of a variable, no credential and no script gets in here; a text of the job is
// short, and moves no cursor of whoever reads it.
import { plainLine } from '../text/plain-text.ts';

/** Of what follows; another number is another shape. */
export const recordVersion = 1;

export interface JobRecord {
  readonly record: typeof recordVersion;
  /** RFC 3339: when it was written. */
  readonly at: string;
  readonly job: RecordedJob;
  /** `hash` of the policy that decided. */
  readonly policy: string;
  readonly profile: string | null;
  /** The job's own, in its order; the helper image is the operator's. */
  readonly images: readonly RecordedImage[];
  /** What else of the job was rejected, by kind and key. */
  readonly findings: readonly { readonly kind: string; readonly key: string }[];
  /** null: there was none that was ready. */
  readonly pod: RecordedPod | null;
  readonly stages: readonly RecordedStage[];
  readonly outcome: Outcome;
  /** Of the failure; empty on success. */
  readonly code: string;
}

export interface RecordedJob {
  readonly id: number;
  readonly name: string;
  readonly project: { readonly id: number; readonly path: string; readonly namespace_id: number | null };
  readonly ref: string;
  /** null: GitLab does not say. */
  readonly protected: boolean | null;
}

export interface RecordedImage {
  /** `build`, or that of a service. */
  readonly container: string;
  readonly kind: 'image' | 'service';
  /** As the job names it; empty: it names none. */
  readonly asked: string;
  /** null: it is no name. */
  readonly canonical: string | null;
  readonly allowed: boolean;
  /** Why: a code of the verdict (docs/help-page.md). */
  readonly code: string;
  /** Of the policy, which admitted it; null: it was something else, or nothing. */
  readonly pattern: string | null;
  /** The index of the rule that the pattern is of; null: it is everybody's. */
  readonly rule: number | null;
  /** What ran, as far as it is known. */
  readonly digest: string | null;
  /** Fingerprints of the keys that signed it, where a signature was needed. */
  readonly signed_by: readonly string[];
}

export interface RecordedPod {
  readonly name: string;
  readonly node: string | null;
  readonly uid: string;
  /** As the helper read it: `0 529072128 65536`. */
  readonly uid_map: string;
  readonly ready_seconds: number;
  /** The claim of its lasting workspace; null: it began with an empty one. */
  readonly workspace: string | null;
}

export interface RecordedStage {
  /** `prepare`, `run`, `cleanup`. */
  readonly stage: string;
  /** Of `run`: `build_script` …; empty otherwise. */
  readonly sub_stage: string;
  /** RFC 3339. */
  readonly started: string;
  readonly seconds: number;
  readonly outcome: Outcome;
  readonly code: string;
}

export type Outcome = 'success' | 'build-failure' | 'system-failure';

/** Longer than any name that somebody reads. */
const maxTextLength = 300;
/** Nothing of a record needs more; with it, appended in one piece, lines of jobs that end at once stay apart. */
export const maxRecordBytes = 32 * 1024;

/** For each text of the job, or of the cluster. */
export function recordedText(text: string): string {
  const plain = plainLine(text.slice(0, maxTextLength + 1));
  return plain.length > maxTextLength ? `${plain.slice(0, maxTextLength)}…` : plain;
}

/** With its line end. Of a job that is larger than any should be, images and stages are cut from their end. */
export function formatRecord(record: JobRecord): string {
  for (
    let keep = Math.max(record.images.length, record.stages.length, record.findings.length);
    ;
    keep >>= 1
  ) {
    const text = `${JSON.stringify({
      ...record,
      images: record.images.slice(0, keep),
      findings: record.findings.slice(0, keep),
      stages: record.stages.slice(0, keep),
    })}\n`;
    if (Buffer.byteLength(text) <= maxRecordBytes || keep === 0) return text;
  }
}
