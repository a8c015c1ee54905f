// JOB_RESPONSE_FILE: what GitLab sent, as Go reads it and writes it again: known keys in the order of its structs, zero values
// filled in, `<`, `>` and `&` escaped, one line (executors/custom/custom.go createJobResponseFile).
import type { Artifact, Cache, Image, JobPayload } from '../gitlab/job-payload.ts';
import type { Variable } from './variables.ts';

export function responseFileText(payload: JobPayload): string {
  const job = {
    id: payload.id,
    token: payload.token,
    allow_git_fetch: payload.allow_git_fetch,
    job_info: jobInfo(payload.job_info),
    git_info: gitInfo(payload.git_info),
    runner_info: { uuid: '', timeout: payload.runner_info.timeout },
    inputs: {},
    variables: payload.variables.map(variable),
    steps: payload.steps,
    image: image(payload.image ?? { name: '', executor_opts: { docker: {}, kubernetes: {} } }),
    services: payload.services.map(image),
    artifacts: payload.artifacts.map(artifact),
    cache: payload.cache.map(cache),
    credentials: payload.credentials,
    dependencies: payload.dependencies.map(({ id, token, name, artifacts_file }) => ({
      id,
      token,
      name,
      artifacts_file,
    })),
    features: { ...payload.features, tracing: null },
    ...(payload.hooks.length > 0 && { hooks: payload.hooks }),
    policy_options: payload.policy_options,
    suspend_options: {},
  };
  return `${goJson(job)}\n`;
}

/** encoding/json's HTML-safe escapes. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function jobInfo(info: JobPayload['job_info']) {
  return {
    name: info.name,
    stage: info.stage,
    pipeline_id: info.pipeline_id,
    project_id: info.project_id,
    project_name: info.project_name,
    project_full_path: info.project_full_path,
    namespace_id: info.namespace_id,
    root_namespace_id: info.root_namespace_id,
    organization_id: info.organization_id,
    instance_id: info.instance_id ?? '',
    instance_uuid: info.instance_uuid ?? '',
    user_id: info.user_id,
    time_in_queue_seconds: info.time_in_queue_seconds,
    project_jobs_running_on_instance_runners_count: info.project_jobs_running_on_instance_runners_count,
    queue_size: 0,
    queue_depth: 0,
  };
}

function gitInfo(info: JobPayload['git_info']) {
  return {
    repo_url: info.repo_url,
    repo_object_format: info.repo_object_format,
    ref: info.ref,
    sha: info.sha,
    before_sha: info.before_sha,
    ref_type: info.ref_type,
    refspecs: info.refspecs,
    depth: info.depth,
    protected: info.protected,
  };
}

function variable(entry: Variable) {
  return {
    key: entry.key,
    value: entry.value,
    public: entry.public ?? false,
    file: entry.file ?? false,
    masked: entry.masked ?? false,
    raw: entry.raw ?? false,
  };
}

/** An empty list is left out, `[""]` is not; a user is a string whatever it was. */
function image(source: Image) {
  const { docker, kubernetes } = source.executor_opts;
  return {
    name: source.name,
    ...(source.alias && { alias: source.alias }),
    ...(source.command?.length && { command: source.command }),
    ...(source.entrypoint?.length && { entrypoint: source.entrypoint }),
    ...(source.variables?.length && { variables: source.variables.map(variable) }),
    ...(source.pull_policy?.length && { pull_policy: source.pull_policy }),
    executor_opts: {
      docker: { platform: String(docker['platform'] ?? ''), user: String(docker['user'] ?? '') },
      kubernetes: { user: String(kubernetes['user'] ?? '') },
    },
  };
}

function artifact(source: Artifact) {
  return {
    name: source.name ?? '',
    untracked: source.untracked ?? false,
    paths: source.paths ?? null,
    exclude: source.exclude ?? null,
    when: source.when,
    artifact_type: source.artifact_type,
    artifact_format: source.artifact_format,
    expire_in: source.expire_in ?? '',
  };
}

function cache(source: Cache) {
  return {
    key: source.key,
    untracked: source.untracked,
    policy: source.policy,
    paths: source.paths,
    when: source.when,
    fallback_keys: source.fallback_keys,
  };
}
