// The job as GitLab hands it to a runner (the answer of POST /api/v4/jobs/request; GitLab Runner: common/spec/spec.go).
import type { Variable } from '../runner/variables.ts';

export interface JobPayload {
  readonly id: number;
  readonly token: string;
  readonly allow_git_fetch: boolean;
  readonly job_info: JobInfo;
  readonly git_info: GitInfo;
  readonly runner_info: { readonly timeout: number };
  readonly variables: readonly Variable[];
  readonly steps: readonly Step[];
  readonly hooks: readonly { readonly name: string; readonly script: readonly string[] }[];
  /** null: the job names none. */
  readonly image: Image | null;
  readonly services: readonly Image[];
  readonly artifacts: readonly Artifact[];
  readonly cache: readonly Cache[];
  readonly credentials: readonly Credential[];
  readonly dependencies: readonly Dependency[];
  readonly features: {
    readonly trace_sections: boolean;
    readonly token_mask_prefixes: readonly string[];
    readonly failure_reasons: readonly string[];
  };
  readonly policy_options: { readonly execution_policy_job: boolean; readonly policy_name: string };
}

interface JobInfo {
  readonly id: number;
  readonly name: string;
  readonly stage: string;
  readonly pipeline_id: number;
  readonly project_id: number;
  readonly project_name: string;
  readonly project_full_path: string;
  readonly namespace_id: number;
  readonly root_namespace_id: number;
  readonly organization_id: number;
  readonly instance_id?: string;
  readonly instance_uuid?: string;
  readonly user_id: number;
  readonly time_in_queue_seconds: number;
  readonly project_jobs_running_on_instance_runners_count: string;
}

interface GitInfo {
  /** With the job's token in it. */
  readonly repo_url: string;
  readonly ref: string;
  readonly sha: string;
  readonly before_sha: string;
  readonly ref_type: 'branch' | 'tag';
  readonly repo_object_format: string;
  readonly refspecs: readonly string[];
  readonly depth: number;
  readonly protected: boolean | null;
}

export interface Step {
  /** `script`, `after_script`, `release` … */
  readonly name: string;
  readonly script: readonly string[];
  readonly timeout: number;
  readonly when: When;
  readonly allow_failure: boolean;
}

export type When = 'on_success' | 'on_failure' | 'always';

export interface Image {
  readonly name: string;
  /** All aliases, parted by commas or blanks. */
  readonly alias?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly variables?: readonly Variable[];
  readonly pull_policy?: readonly string[];
  readonly executor_opts: {
    readonly docker: Readonly<Record<string, string | number>>;
    readonly kubernetes: Readonly<Record<string, string | number>>;
  };
}

export interface Artifact {
  readonly name?: string;
  readonly untracked?: boolean;
  readonly paths?: readonly string[];
  readonly exclude?: readonly string[];
  readonly when: When;
  readonly artifact_type: string;
  readonly artifact_format: 'zip' | 'gzip' | 'raw';
  readonly expire_in?: string;
}

export interface Cache {
  readonly key: string;
  readonly untracked: boolean;
  readonly policy: string;
  readonly paths: readonly string[];
  readonly when: When;
  readonly fallback_keys: readonly string[];
}

export interface Credential {
  readonly type: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface Dependency {
  readonly id: number;
  readonly token: string;
  readonly name: string;
  readonly artifacts_file: { readonly filename: string; readonly size: number };
}
