// Makes of a definition what GitLab would hand to a runner.

import { expandAll } from '../ci-file/expand-all.ts';
import type { Variable } from '../runner/variables.ts';
import { gitDirectory, readGitFacts } from './git-facts.ts';
import {
  type ImageDefinition,
  type JobDefinition,
  type ServiceDefinition,
  variableList,
} from './job-definition.ts';
import type { Artifact, Cache, Dependency, Image, JobPayload, Step } from './job-payload.ts';
import { firstPipelineId, namespaceId, predefinedVariables, userId } from './predefined-variables.ts';

export interface PayloadPlace {
  readonly id: number;
  readonly token: string;
  readonly gitlabUrl: string;
  /** Serves a repository and gives its URL's path, with a leading slash. */
  readonly serve: (project: string, gitDirectory: string | null) => string;
  readonly dependencies: readonly Dependency[];
  /** From the dotenv reports of those jobs. */
  readonly dependencyVariables?: readonly Variable[];
}

const defaultTimeoutSeconds = 3600;
const defaultDepth = 20;
const knownFailureReasons = [
  'unknown_failure',
  'script_failure',
  'api_failure',
  'stuck_or_timeout_failure',
  'runner_system_failure',
  'job_execution_timeout',
  'image_pull_failure',
  'runner_configuration_error',
  'runner_external_dependency_failure',
  'runner_interrupted',
];

export function buildPayload(job: JobDefinition, place: PayloadPlace): JobPayload {
  const project = job.project ?? 'demo-group/demo-project';
  const git = readGitFacts(job.repository, { ref: job.ref, sha: job.sha });
  const path = place.serve(project, job.repository === undefined ? null : gitDirectory(job.repository));
  const repositoryUrl = `${place.gitlabUrl.replace('://', `://gitlab-ci-token:${place.token}@`)}${path}`;
  const image = job.image === undefined ? null : imageOf(job.image);
  const isProtected = job.protected ?? true;
  return {
    id: place.id,
    token: place.token,
    allow_git_fetch: job.allow_git_fetch ?? true,
    job_info: jobInfo(job, { project, id: place.id }),
    git_info: {
      repo_url: repositoryUrl,
      ref: git.ref,
      sha: git.sha,
      before_sha: '0'.repeat(40),
      ref_type: git.refType,
      repo_object_format: git.sha.length === 64 ? 'sha256' : 'sha1',
      refspecs: [refspec(git.ref, git.refType)],
      depth: job.depth ?? defaultDepth,
      protected: isProtected,
      ...job.git_info,
    },
    runner_info: { timeout: timeoutOf(job) },
    // GitLab fills in what it knows, through any number of steps; the runner the rest, in one.
    variables: expandAll([
      ...predefinedVariables({
        id: place.id,
        token: place.token,
        name: job.name,
        stage: job.stage ?? 'test',
        pipelineId: pipelineOf(job),
        project,
        projectId: job.project_id ?? 42,
        image: image?.name,
        isProtected,
        git,
        repositoryUrl,
        gitlabUrl: place.gitlabUrl,
      }),
      ...variableList(job.variables),
      ...(place.dependencyVariables ?? []),
      ...variableList(job.pipeline_variables),
    ]),
    steps: stepsOf(job),
    hooks: job.hooks ?? [],
    image,
    services: (job.services ?? []).map(imageOf),
    artifacts: (job.artifacts ?? []).map(artifactOf),
    cache: (job.cache ?? []).map(cacheOf),
    credentials: job.credentials ?? [
      { type: 'registry', url: 'registry.example.com', username: 'gitlab-ci-token', password: place.token },
    ],
    dependencies: place.dependencies,
    features: {
      trace_sections: true,
      token_mask_prefixes: job.token_mask_prefixes ?? ['glpat-'],
      failure_reasons: job.failure_reasons ?? knownFailureReasons,
    },
    policy_options: { execution_policy_job: false, policy_name: '' },
  };
}

/** Jobs that nobody gave to another pipeline are all of one. */
export function pipelineOf(job: JobDefinition): number {
  return job.pipeline_id ?? firstPipelineId;
}

function timeoutOf(job: JobDefinition): number {
  return job.timeout ?? defaultTimeoutSeconds;
}

function refspec(ref: string, type: 'branch' | 'tag'): string {
  return type === 'tag'
    ? `+refs/tags/${ref}:refs/tags/${ref}`
    : `+refs/heads/${ref}:refs/remotes/origin/${ref}`;
}

function jobInfo(job: JobDefinition, { project, id }: { readonly project: string; readonly id: number }) {
  return {
    id,
    name: job.name,
    stage: job.stage ?? 'test',
    pipeline_id: pipelineOf(job),
    project_id: job.project_id ?? 42,
    project_name: project.split('/').at(-1) ?? project,
    project_full_path: project,
    namespace_id: namespaceId,
    root_namespace_id: namespaceId,
    organization_id: 1,
    user_id: userId,
    time_in_queue_seconds: 1,
    project_jobs_running_on_instance_runners_count: '0',
    ...job.job_info,
  };
}

function stepsOf(job: JobDefinition): readonly Step[] {
  const timeout = timeoutOf(job);
  const script = [...(job.before_script ?? []), ...(job.script ?? [])];
  const steps: Step[] = [{ name: 'script', script, timeout, when: 'on_success', allow_failure: false }];
  for (const step of job.more_steps ?? []) {
    steps.push({ ...step, timeout, when: 'on_success', allow_failure: false });
  }
  if (job.after_script) {
    steps.push({
      name: 'after_script',
      script: job.after_script,
      timeout,
      when: 'always',
      allow_failure: true,
    });
  }
  return steps;
}

function imageOf(definition: string | ImageDefinition | ServiceDefinition): Image {
  if (typeof definition === 'string')
    return { name: definition, executor_opts: { docker: {}, kubernetes: {} } };
  const { docker, kubernetes, pull_policy: policy, ...rest } = definition;
  const variables = 'variables' in rest ? variableList(rest.variables) : [];
  return {
    ...rest,
    variables,
    ...(policy !== undefined && { pull_policy: typeof policy === 'string' ? [policy] : policy }),
    executor_opts: { docker: docker ?? {}, kubernetes: kubernetes ?? {} },
  };
}

function artifactOf(artifact: NonNullable<JobDefinition['artifacts']>[number]): Artifact {
  return { when: 'on_success', artifact_type: 'archive', artifact_format: 'zip', ...artifact };
}

function cacheOf(cache: NonNullable<JobDefinition['cache']>[number]): Cache {
  return {
    key: '',
    untracked: false,
    policy: 'pull-push',
    paths: [],
    when: 'on_success',
    fallback_keys: [],
    ...cache,
  };
}
