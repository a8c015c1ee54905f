// What a caller of runJob says: the executor's commands, the job, the runner's config.toml.
import type { PipelineSource } from './ci-file/pipeline-context.ts';
import type { JobDefinition } from './gitlab/job-definition.ts';
import type { ModelGitLab } from './gitlab/start-model-gitlab.ts';

export interface RunJobOptions {
  readonly executor: ExecutorCommands;
  readonly job: JobDefinition | CiFileJob;
  readonly runner?: RunnerSettings;
  /** The runner's TMPDIR: each attempt gets its own directory in it. Must exist. */
  readonly tempDir: string;
  /** The runner's own environment; the executor inherits it. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: one of its own, closed at the end. Jobs that depend on each other share one. */
  readonly gitlab?: ModelGitLab;
  readonly on?: readonly Hook[];
  /** Ends the runner as SIGTERM does: the job is aborted and cleaned up. */
  readonly signal?: AbortSignal;
  /** The raw log as the runner writes it, sooner than GitLab has it. */
  readonly onTrace?: (text: string) => void;
}

/** argv of each command, as `*_exec` and `*_args` of config.toml; the model adds the script and the sub-stage to `run`. */
export interface ExecutorCommands {
  readonly config?: readonly string[];
  readonly prepare?: readonly string[];
  readonly run: readonly string[];
  readonly cleanup?: readonly string[];
}

/** A job of the `.gitlab-ci.yml` in a real repository, at the commit that `ref` names. */
export interface CiFileJob extends PipelineSource {
  /** As GitLab names it: `test 1/3`, `test: [a, b]`. */
  readonly ciJob: string;
  /** Laid over what the file says: more variables, a project path, another id … */
  readonly overrides?: Partial<JobDefinition>;
}

/** `[[runners]]` and `[runners.custom]` of config.toml, with its spelling; times in seconds, fractions allowed. */
export interface RunnerSettings {
  readonly name?: string;
  readonly token?: string;
  readonly system_id?: string;
  /** `KEY=VALUE`. */
  readonly environment?: readonly string[];
  readonly feature_flags?: Readonly<Record<string, boolean>>;
  readonly builds_dir?: string;
  readonly cache_dir?: string;
  readonly shell?: string;
  readonly custom_build_dir?: boolean;
  readonly safe_directory_checkout?: boolean;
  readonly clean_git_config?: boolean;
  readonly pre_get_sources_script?: string;
  readonly post_get_sources_script?: string;
  readonly pre_build_script?: string;
  readonly post_build_script?: string;
  readonly prepare_timeout?: number;
  readonly get_sources_timeout?: number;
  /** KiB. */
  readonly output_limit?: number;
  readonly shutdown_timeout?: number;
  readonly graceful_kill_timeout?: number;
  readonly force_kill_timeout?: number;
  readonly config_exec_timeout?: number;
  readonly prepare_exec_timeout?: number;
  readonly cleanup_exec_timeout?: number;
  /** `[runners.cache]`: `shared` gives the scripts URLs at the model GitLab; default: archives stay in cache_dir. */
  readonly cache?: 'local' | 'shared';
  /** The runner's built-in waits, for tests that have no time; what the log says of them stays. */
  readonly pauses?: Partial<Pauses>;
}

export interface Pauses {
  /** Between two attempts to prepare ("Will be retried in 3s ..."). */
  readonly preparationRetryMs: number;
  /** Before the second attempt of a sub-stage; doubles each time. */
  readonly stageRetryMs: number;
  /** How often the log is sent, and so how soon a cancel is noticed. */
  readonly traceUpdateMs: number;
  /** How soon it is noticed while the job is silent. */
  readonly traceForceSendMs: number;
  /** How long a job that is over waits for its running call. */
  readonly buildFinishMs: number;
}

/** Something to do once, when the readable log that GitLab has matches. */
export interface Hook {
  readonly trace: RegExp;
  readonly afterMs?: number;
  readonly do: HookAction | (() => unknown);
}

/**
 * - `cancel`: a click on Cancel; GitLab answers `canceling`, after_script still runs.
 * - `cancel-hard`: GitLab answers `canceled` and takes no more of the log; `fail`: it answers `failed`.
 * - the rest: that signal to the runner manager.
 */
export type HookAction =
  | 'cancel'
  | 'cancel-hard'
  | 'fail'
  | 'runner-sigquit'
  | 'runner-sigint'
  | 'runner-sigterm'
  | 'runner-sigkill';
