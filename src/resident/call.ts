// One stage that a launcher asked for, as whoever serves it gets it.
import type { Caller } from './caller.ts';

export interface Call extends Omit<Caller, 'identity'> {
  /** Bytes of the script's log, by a resident that ended before its script did; null: it begins here. */
  readonly delivered: number | null;
  /** File descriptor of the job's own output; to be closed after `answer`. */
  readonly log: number;
  /** File descriptor of our words; to be closed before the log is, or GitLab Runner waits for its end. */
  readonly messages: number;
  /** GitLab Runner wants the stage to end. */
  readonly signal: AbortSignal;
  /** Nobody listens any more. */
  readonly orphaned: AbortSignal;
  /** The log's reader is gone. */
  readonly abandon: () => void;
  /** What the launcher ends with, once the log is closed. A log that is closed without it: the launcher works on, alone. */
  readonly answer: (exitCode: number) => Promise<void>;
}
