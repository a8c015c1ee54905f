// Ours, or the cluster's, to fix: GitLab shows `runner_system_failure`; GitLab Runner tries prepare up to three times.
import { Failure, type FailureOptions, type FailureParts } from './failure.ts';

/** What kept a stage from doing its work. */
export type SystemFailureCode =
  | 'usage'
  | 'job-unreadable'
  | 'policy-invalid'
  | 'ci-file-unreadable'
  | 'unknown-sub-stage'
  | 'script-unreadable'
  | 'attempt-state'
  | 'cluster-unreachable'
  | 'cluster-refused'
  | 'unauthorized'
  | 'forbidden'
  | 'pod-security'
  | 'security-context-constraints'
  | 'limit-range'
  | 'invalid-manifest'
  | 'conflict'
  | 'namespace-missing'
  | 'quota'
  | 'workspace'
  | 'unschedulable'
  | 'not-ready'
  | 'image-registry'
  | 'user-namespace'
  | 'helper-incomplete'
  | 'pod-gone'
  | 'pod-evicted'
  | 'node-lost'
  | 'stream-lost'
  | 'interrupted'
  | 'help-page'
  | 'import'
  | 'resident'
  | 'disk-full';

interface SystemFailureOptions extends FailureOptions {
  /** The same question may be answered otherwise in a moment; false unless given. */
  readonly isTransient?: boolean;
  /** How long the API server wants to be left alone before it is asked again; 0 when it did not say. */
  readonly retryAfterSeconds?: number;
  /** Of code `pod-security`: the level and version that refused the pod. */
  readonly violatedLevel?: ViolatedLevel | undefined;
  /** Of codes `policy-invalid` and `ci-file-unreadable`: all or many of them, where `what` only counts the last ones. */
  readonly mistakes?: readonly FileMistake[];
}

/** What is wrong at one place of a file; `message` is safe to print. Lines and columns count from 1. */
export interface FileMistake {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** As Pod Security names it: `restricted`, and `latest` or `v1.33`. */
export interface ViolatedLevel {
  readonly level: string;
  readonly version: string;
}

/** Ends a stage as a system failure. */
export class SystemFailure extends Failure<SystemFailureCode> {
  override readonly name: string = 'SystemFailure';
  readonly isTransient: boolean;
  readonly retryAfterSeconds: number;
  readonly violatedLevel: ViolatedLevel | undefined;
  readonly mistakes: readonly FileMistake[];

  constructor(code: SystemFailureCode, parts: FailureParts, options: SystemFailureOptions = {}) {
    super(code, parts, options);
    this.isTransient = options.isTransient ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds ?? 0;
    this.violatedLevel = options.violatedLevel;
    this.mistakes = options.mistakes ?? [];
  }
}
