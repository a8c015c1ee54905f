// What a stage is given of the process it runs in, so that one process could serve many jobs, and a test can be the process.

import type { Job } from '../job/job.ts';

export interface StageIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The job's own output, unchanged; settles when it is written, so that a slow reader holds the job back. */
  readonly output: (bytes: Uint8Array) => Promise<void>;
  /** Our words to the job log (stderr): a text with its line ends. */
  readonly log: (text: string) => void;
  readonly files: StageFiles;
  /** GitLab Runner wants the stage to end. */
  readonly signal: AbortSignal;
  /** Nobody listens any more: GitLab Runner was killed, closed the log, or asked twice. What the job has in the cluster must go. */
  readonly orphaned: AbortSignal;
  /** For whoever counts. */
  readonly observe?: (event: StageEvent) => void;
}

/** What metrics count and records keep, and nobody outside of the stage sees. */
export type StageEvent =
  | { readonly kind: 'job-read'; readonly job: Job }
  | { readonly kind: 'planned'; readonly profile: string | null }
  | {
      readonly kind: 'image-pinned';
      readonly container: string;
      readonly digest: string;
      readonly signedBy: readonly string[];
    }
  /** Its user namespace is proven. */
  | {
      readonly kind: 'pod-ready';
      readonly seconds: number;
      readonly pod: string;
      readonly node: string | null;
      readonly uid: string;
      readonly uidMap: string;
      /** The claim of its lasting workspace; null: it has none. */
      readonly workspace: string | null;
    }
  /** A script's stream was lost, and is about to be opened again. */
  | { readonly kind: 'reconnected' };

/** Paths are those of the runner's machine; all reject as Node does (`error.code`). */
export interface StageFiles {
  read(path: string): Promise<Buffer>;
  /** Readable by its owner alone; appears whole or not at all. */
  writePrivate(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Names of regular files, in no order: a FIFO there would hold its reader up. */
  list(directory: string): Promise<readonly string[]>;
  /** Gone already is fine. */
  remove(path: string): Promise<void>;
}
