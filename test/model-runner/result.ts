// What runJob gives back.

export interface JobResult {
  readonly id: number;
  readonly name: string;
  /** As GitLab has it in the end; `running`: the runner died before it could tell. */
  readonly state: 'success' | 'failed' | 'canceled' | 'running';
  readonly failureReason: string | null;
  /** As GitLab has it for `allow_failure:exit_codes` and `retry:exit_codes`. */
  readonly exitCode: number | null;
  /** `failed`, and allowed to by `allow_failure`; null: not failed. */
  readonly allowedFailure: boolean | null;
  /** As GitLab has it, with times, sections and colours. */
  readonly trace: string;
  /** As a person reads it. */
  readonly readableTrace: string;
  readonly calls: readonly CallRecord[];
  readonly artifacts: readonly StoredArtifact[];
  /** What the shared cache holds for the job's project; empty when caches are local. */
  readonly caches: readonly StoredCache[];
  /** What cleanup printed, and what else goes to the runner's own log. */
  readonly runnerLog: readonly string[];
  /** Process groups that outlived the runner (SIGKILL, shutdown_timeout) or its patience; for the caller to end. */
  readonly leftRunning: readonly number[];
}

export interface CallRecord {
  readonly name: 'config' | 'prepare' | 'run' | 'cleanup';
  /** The last argument of `run`. */
  readonly subStage: string | null;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** What the call was given beyond the runner's own environment, and what it replaced there. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** null: not over when the runner died. */
  readonly endedAt: number | null;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** null: it could be started. */
  readonly startError: string | null;
}

export interface StoredArtifact {
  /** The name of the uploaded file. */
  readonly name: string;
  /** `archive`, `junit` … */
  readonly type: string;
  readonly format: string;
  readonly bytes: number;
  readonly path: string;
  readonly expireIn: string | null;
}

export interface StoredCache {
  readonly key: string;
  readonly bytes: number;
  readonly path: string;
}
