// A job as a test or a `.gitlab-ci.yml` says it, in GitLab's own words. Everything but the name has a default.
import type { Variable } from '../runner/variables.ts';
import type { Artifact, Cache, Credential, When } from './job-payload.ts';

export interface JobDefinition {
  readonly name: string;
  readonly stage?: string;
  /** In their order; decides whose artifacts a job without `dependencies` gets. */
  readonly stages?: readonly string[];
  readonly image?: string | ImageDefinition;
  readonly services?: readonly (string | ServiceDefinition)[];
  readonly variables?: Variables;
  /** Of the project or of whoever started the pipeline: stronger than all others. */
  readonly pipeline_variables?: Variables;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly after_script?: readonly string[];
  /** Sent between script and after_script: `release` becomes the sub-stage step_release. */
  readonly more_steps?: readonly { readonly name: string; readonly script: readonly string[] }[];
  readonly hooks?: readonly { readonly name: string; readonly script: readonly string[] }[];
  readonly artifacts?: readonly (Partial<Artifact> & { readonly when?: When })[];
  readonly cache?: readonly (Partial<Cache> & { readonly when?: When })[];
  /** Names of jobs that this GitLab has run. Default: those of earlier stages. */
  readonly dependencies?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
  /** true: any failure is allowed. */
  readonly allow_failure?: boolean | { readonly exit_codes: readonly number[] };
  /** A git directory or a work tree that the runner may clone. Without one only GIT_STRATEGY none and empty work. */
  readonly repository?: string;
  readonly ref?: string;
  readonly sha?: string;
  /** 0: the whole history. */
  readonly depth?: number;
  /** Is the ref protected? */
  readonly protected?: boolean;
  readonly allow_git_fetch?: boolean;
  /** `group/name`. */
  readonly project?: string;
  readonly project_id?: number;
  readonly id?: number;
  readonly pipeline_id?: number;
  readonly credentials?: readonly Credential[];
  /** What this GitLab says it understands. */
  readonly failure_reasons?: readonly string[];
  readonly token_mask_prefixes?: readonly string[];
  /** Keys of `job_info` that a newer GitLab would send. */
  readonly job_info?: Readonly<Record<string, unknown>>;
  /** Keys of `git_info` that another GitLab would send: `{protected: null}` is one before 18.3. */
  readonly git_info?: Readonly<Record<string, unknown>>;
}

export type Variables = Readonly<Record<string, string | number | boolean>> | readonly Variable[];

export interface ImageDefinition {
  readonly name: string;
  readonly entrypoint?: readonly string[];
  readonly pull_policy?: string | readonly string[];
  readonly docker?: Readonly<Record<string, string | number>>;
  readonly kubernetes?: Readonly<Record<string, string | number>>;
}

export interface ServiceDefinition extends ImageDefinition {
  readonly alias?: string;
  readonly command?: readonly string[];
  readonly variables?: Variables;
}

export function variableList(variables: Variables | undefined): readonly Variable[] {
  if (Array.isArray(variables)) return variables as readonly Variable[];
  return Object.entries(variables ?? {}).map(([key, value]) => ({ key, value: String(value), public: true }));
}
