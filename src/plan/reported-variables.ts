// Two of a job's variables as GitLab Runner hands them on: it knows its own `environment` and the job's `secrets`, which stand in no
// job file. Only what an author may choose anyway is taken from there: neither can admit anything.

export interface ReportedVariables {
  /** What the pull of an admitted image may open. */
  readonly dockerAuthConfig?: string | undefined;
  /** Can bring a refusal. */
  readonly clonePath?: string | undefined;
}

/** `env`: of the stage. A wrapper around the executor may have emptied it. */
export function reportedVariables(env: Readonly<Record<string, string | undefined>>): ReportedVariables {
  return {
    dockerAuthConfig: env['CUSTOM_ENV_DOCKER_AUTH_CONFIG'],
    clonePath: env['CUSTOM_ENV_GIT_CLONE_PATH'],
  };
}
