// A job as GitLab sees it: what it was told of the log and of the end, and what it answers.
import type { StoredArtifact } from '../result.ts';
import { readableTrace } from '../trace/readable-trace.ts';
import type { JobDefinition } from './job-definition.ts';
import type { JobPayload } from './job-payload.ts';

/** The `Job-Status` that goes with each answer. */
export type RemoteStatus = 'running' | 'canceling' | 'canceled' | 'failed' | 'success';

interface FinalState {
  readonly state: 'success' | 'failed';
  readonly failureReason: string | null;
  readonly exitCode: number | null;
}

export interface RemoteJob {
  readonly definition: JobDefinition;
  readonly payload: JobPayload;
  readonly artifacts: StoredArtifact[];
  /** What GitLab shows. */
  readonly status: RemoteStatus;
  readonly final: FinalState | null;
  /** The log so far. */
  trace(): string;
  traceBytes(): number;
  readableTrace(): string;
  /** A part of the log; a canceled job takes none. */
  append(bytes: Buffer): RemoteStatus;
  /** Asked while the job is silent. */
  touch(): RemoteStatus;
  finish(final: FinalState): void;
  /** A person's click, or another reason to end it. */
  end(status: 'canceling' | 'canceled' | 'failed'): void;
  onLog(listener: () => void): void;
}

export function createRemoteJob(definition: JobDefinition, payload: JobPayload): RemoteJob {
  const chunks: Buffer[] = [];
  const listeners: (() => void)[] = [];
  let status: RemoteStatus = 'running';
  let final: FinalState | null = null;
  const trace = () => Buffer.concat(chunks).toString('utf8');
  return {
    definition,
    payload,
    artifacts: [],
    get status() {
      return status;
    },
    get final() {
      return final;
    },
    trace,
    traceBytes: () => chunks.reduce((sum, { length }) => sum + length, 0),
    readableTrace: () => readableTrace(trace()),
    touch: () => status,
    append(bytes) {
      if (status === 'canceled') return status;
      chunks.push(bytes);
      // The answer is from before what the log sets off.
      const answer = status;
      for (const listener of listeners) listener();
      return answer;
    },
    finish(reported) {
      if (status === 'canceled') return;
      final = reported;
      // Whatever the runner says of a job that was being cancelled, GitLab calls it canceled.
      status = status === 'canceling' ? 'canceled' : reported.state;
    },
    end(wanted) {
      if (final === null) status = wanted;
    },
    onLog: (listener) => void listeners.push(listener),
  };
}

/** What GitLab makes of a failure reason that it does not know (GitLab Runner: common/failure_reason_mapper.go). */
export function knownReason(reason: string, known: readonly string[]): string {
  const always = ['script_failure', 'runner_system_failure', 'job_execution_timeout'];
  if (known.includes(reason) || always.includes(reason)) return reason;
  return reason === 'runner_configuration_error' ? 'script_failure' : 'unknown_failure';
}

export function isAllowedFailure({ definition, final }: RemoteJob): boolean {
  const allowed = definition.allow_failure ?? false;
  if (typeof allowed === 'boolean') return allowed;
  return (
    final?.exitCode !== null && final?.exitCode !== undefined && allowed.exit_codes.includes(final.exitCode)
  );
}
