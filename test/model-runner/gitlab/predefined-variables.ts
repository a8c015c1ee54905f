// The variables that GitLab adds to every job (docs.gitlab.com/ci/variables/predefined_variables).
import type { Variable } from '../runner/variables.ts';
import type { GitFacts } from './git-facts.ts';

export interface JobFacts {
  readonly id: number;
  readonly token: string;
  readonly name: string;
  readonly stage: string;
  readonly pipelineId: number;
  readonly project: string;
  readonly projectId: number;
  readonly image: string | undefined;
  readonly isProtected: boolean;
  readonly git: GitFacts;
  readonly repositoryUrl: string;
  readonly gitlabUrl: string;
}

export const firstPipelineId = 501;
export const namespaceId = 7;
export const userId = 3;

export function predefinedVariables(job: JobFacts): readonly Variable[] {
  const entries = [
    ...jobVariables(job),
    ...serverVariables(job),
    ...projectVariables(job),
    ...commitVariables(job),
  ];
  const secrets = ['CI_JOB_TOKEN', 'CI_BUILD_TOKEN', 'CI_REGISTRY_PASSWORD'];
  return [
    ...entries.map(([key, value]) => ({ key, value, public: true, masked: false })),
    ...secrets.map((key) => ({ key, value: job.token, public: false, masked: true })),
  ];
}

type Entry = readonly [key: string, value: string];

function jobVariables(job: JobFacts): readonly Entry[] {
  const project = `${job.gitlabUrl}/${job.project}`;
  return [
    ['CI_PIPELINE_ID', String(job.pipelineId)],
    ['CI_PIPELINE_IID', '9'],
    ['CI_PIPELINE_URL', `${project}/-/pipelines/${job.pipelineId}`],
    ['CI_PIPELINE_SOURCE', 'push'],
    ['CI_JOB_ID', String(job.id)],
    ['CI_JOB_URL', `${project}/-/jobs/${job.id}`],
    ['CI_JOB_STARTED_AT', new Date().toISOString()],
    ['CI_JOB_NAME', job.name],
    ['CI_JOB_NAME_SLUG', slug(job.name)],
    ['CI_JOB_GROUP_NAME', groupName(job.name)],
    ['CI_JOB_STAGE', job.stage],
    ['CI_RUNNER_ID', '12'],
    ['CI_RUNNER_TAGS', '[]'],
    ['CI_NODE_TOTAL', '1'],
    ['CI_CONFIG_PATH', '.gitlab-ci.yml'],
    ...(job.image === undefined ? [] : [['CI_JOB_IMAGE', job.image] as const]),
  ];
}

function serverVariables({ gitlabUrl }: JobFacts): readonly Entry[] {
  const { hostname, port, protocol } = new URL(gitlabUrl);
  return [
    ['CI', 'true'],
    ['GITLAB_CI', 'true'],
    ['CI_SERVER', 'yes'],
    ['CI_SERVER_URL', gitlabUrl],
    ['CI_SERVER_HOST', hostname],
    ['CI_SERVER_PORT', port],
    ['CI_SERVER_PROTOCOL', protocol.replace(':', '')],
    ['CI_SERVER_NAME', 'GitLab'],
    ['CI_SERVER_VERSION', '19.4.0'],
    ['CI_SERVER_VERSION_MAJOR', '19'],
    ['CI_SERVER_VERSION_MINOR', '4'],
    ['CI_API_V4_URL', `${gitlabUrl}/api/v4`],
  ];
}

function projectVariables({ project, projectId, gitlabUrl, repositoryUrl }: JobFacts): readonly Entry[] {
  const name = project.split('/').at(-1) ?? project;
  const namespace = project.split('/').slice(0, -1).join('/');
  return [
    ['CI_PROJECT_ID', String(projectId)],
    ['CI_PROJECT_NAME', name],
    ['CI_PROJECT_TITLE', name],
    ['CI_PROJECT_PATH', project],
    ['CI_PROJECT_PATH_SLUG', slug(project)],
    ['CI_PROJECT_NAMESPACE', namespace],
    ['CI_PROJECT_NAMESPACE_ID', String(namespaceId)],
    ['CI_PROJECT_ROOT_NAMESPACE', namespace.split('/')[0] ?? ''],
    ['CI_PROJECT_URL', `${gitlabUrl}/${project}`],
    ['CI_PROJECT_VISIBILITY', 'private'],
    ['CI_DEFAULT_BRANCH', 'main'],
    ['CI_REPOSITORY_URL', repositoryUrl],
    ['GITLAB_USER_ID', String(userId)],
    ['GITLAB_USER_LOGIN', 'dev'],
    ['GITLAB_USER_NAME', 'Dev Eloper'],
    ['GITLAB_USER_EMAIL', 'dev@example.com'],
  ];
}

function commitVariables({ git, isProtected }: JobFacts): readonly Entry[] {
  return [
    ['CI_COMMIT_SHA', git.sha],
    ['CI_COMMIT_SHORT_SHA', git.sha.slice(0, 8)],
    ['CI_COMMIT_BEFORE_SHA', '0'.repeat(40)],
    ['CI_COMMIT_REF_NAME', git.ref],
    ['CI_COMMIT_REF_SLUG', slug(git.ref)],
    [git.refType === 'tag' ? 'CI_COMMIT_TAG' : 'CI_COMMIT_BRANCH', git.ref],
    ['CI_COMMIT_REF_PROTECTED', String(isProtected)],
    ['CI_COMMIT_MESSAGE', git.message],
    ['CI_COMMIT_TITLE', git.message.split('\n')[0] ?? ''],
    ['CI_COMMIT_AUTHOR', git.author],
  ];
}

/** Of a parallel job, what is written in the file. */
function groupName(name: string): string {
  return name.replace(/(?:[\s:]+(?:\[.*\]|\d+[\s:/\\]+\d+)){1,3}\s*$/, '');
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
}
