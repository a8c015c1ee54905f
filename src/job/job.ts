// What GitLab asked for, as the trusted job response file says it (JOB_RESPONSE_FILE; GitLab Runner: common/spec/spec.go).
// CUSTOM_ENV_* never gets in here: a job's own variables override those.

import type { JobTracing } from './read-tracing.ts';

/** What a job is known by; enough to find, sweep and delete its pod. */
export interface JobIdentity {
  /** Unique within one GitLab instance only. */
  readonly id: number;
  /** `job_info.instance_uuid`, else host and port of `git_info.repo_url`. */
  readonly instance: string;
}

export interface Job extends JobIdentity {
  readonly name: string;
  readonly project: { readonly id: number; readonly path: string; readonly namespaceId: number | null };
  /** Path of `git_info.repo_url` without `.git`: GitLab Runner puts the project under this in the builds directory. */
  readonly repositoryPath: string;
  readonly ref: string;
  /** null: not known, so it counts neither as protected nor as not. */
  readonly isRefProtected: boolean | null;
  readonly timeoutSeconds: number;
  /** null: the job has none. A name is empty where its variables come to nothing: the default image, with the rest as asked for. */
  readonly image: JobImage | null;
  /** As the author wrote them: a name is empty where its variables come to nothing, and that service is left out. */
  readonly services: readonly JobService[];
  readonly variables: readonly JobVariable[];
  readonly registryCredentials: readonly RegistryCredential[];
  /** Absent: GitLab does not ask for a trace. */
  readonly tracing?: JobTracing;
}

export interface JobImage {
  /** As GitLab Runner expanded it; not yet admitted. */
  readonly name: string;
  /** null: not given. `[""]` is kept as such. */
  readonly entrypoint: readonly string[] | null;
  /** As written, in order; empty: not given. */
  readonly pullPolicies: readonly string[];
  /** `image:kubernetes:user` and `image:docker:user`, raw: variables in them are not expanded. */
  readonly kubernetesUser: string | null;
  readonly dockerUser: string | null;
  /** `image:docker:platform`, raw. */
  readonly dockerPlatform: string | null;
}

export interface JobService extends JobImage {
  /** All of them, in order; the service's derived names come from the image. */
  readonly aliases: readonly string[];
  readonly command: readonly string[] | null;
  readonly variables: readonly JobVariable[];
}

export interface JobVariable {
  readonly key: string;
  /** Unexpanded. The last of several with one key is the effective one. */
  readonly value: string;
  readonly isFile: boolean;
  /** Written in `.gitlab-ci.yml` or predefined; false: a secret of the project's settings. */
  readonly isPublic: boolean;
  readonly isMasked: boolean;
  readonly isRaw: boolean;
}

export interface RegistryCredential {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}
