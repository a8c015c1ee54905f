// One job as the runner knows it: what GitLab sent, config.toml, and what config's answer adds on the way (common/build.go).

import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { Image, JobPayload } from '../gitlab/job-payload.ts';
import type { S3Key } from '../gitlab/presigned-url.ts';
import { type BuildSettings, readBuildSettings } from './build-settings.ts';
import { buildFailure, type Failure } from './failure.ts';
import {
  type FeatureFlags,
  featureFlagVariables,
  isFeatureFlag,
  resolveFeatureFlags,
} from './feature-flags.ts';
import { goQuote } from './go-words.ts';
import type { RunnerConfig } from './runner-config.ts';
import { expandText, expandVariables, tempProjectDirKey, type Variable, variableValue } from './variables.ts';
import { runnerVersion } from './version.ts';

type JobStatus = 'running' | 'success' | 'failed' | 'canceled' | 'timedout';

export interface Build {
  readonly payload: JobPayload;
  /** The job's image and services, names and aliases expanded. */
  readonly image: Image | null;
  readonly services: readonly Image[];
  readonly config: RunnerConfig;
  readonly url: string;
  /** Of the shared cache. */
  readonly s3Key: S3Key;
  /** What the runner learned of GitLab's certificate (or `tls-ca-file` of config.toml); absent over HTTP. */
  readonly certificateAuthorityPem: string | undefined;
  readonly flags: FeatureFlags;
  readonly settings: BuildSettings;
  readonly correlationId: string;
  readonly timeoutMs: number;
  /** Empty until config has answered; kept from one attempt to the next. */
  rootDir: string;
  projectDir: string;
  cacheDir: string;
  hostname: string;
  shell: string;
  status: JobStatus;
}

export const certificateAuthorityFileKey = 'CI_SERVER_TLS_CA_FILE';

/** The runner's own default (common/consts.go). */
const defaultTimeoutSeconds = 7200;

export function createBuild(
  payload: JobPayload,
  {
    config,
    gitlab,
  }: {
    readonly config: RunnerConfig;
    readonly gitlab: {
      readonly url: string;
      readonly s3Key: S3Key;
      readonly certificateAuthorityPem?: string;
    };
  },
): Build {
  const known = [
    ...featureFlagVariables(resolveFeatureFlags({}, () => '')),
    ...variablesBeforeJob({ payload, config }),
    ...payload.variables,
  ];
  const resolved = expandVariables(known);
  const read = (name: string) => variableValue(resolved, name);
  const expanded = (image: Image): Image => ({
    ...image,
    name: expandText(image.name, resolved),
    ...(image.alias !== undefined && { alias: expandText(image.alias, resolved) }),
  });
  return {
    payload: {
      ...payload,
      image: payload.image && expanded(payload.image),
      services: payload.services.map(expanded),
    },
    image: payload.image && expanded(payload.image),
    services: payload.services.map(expanded),
    config,
    url: gitlab.url,
    s3Key: gitlab.s3Key,
    certificateAuthorityPem: gitlab.certificateAuthorityPem,
    flags: resolveFeatureFlags(config.settings.feature_flags ?? {}, read),
    settings: readBuildSettings(read, {
      allowGitFetch: payload.allow_git_fetch,
      depth: payload.git_info.depth,
    }),
    correlationId: randomBytes(8).toString('hex'),
    timeoutMs: (payload.runner_info.timeout > 0 ? payload.runner_info.timeout : defaultTimeoutSeconds) * 1000,
    rootDir: '',
    projectDir: '',
    cacheDir: '',
    hostname: '',
    shell: 'bash',
    status: 'running',
  };
}

/** All variables of the job, expanded, in the runner's order: the last of one name wins. */
export function allVariables(build: Build): readonly Variable[] {
  return expandVariables([
    ...featureFlagVariables(build.flags),
    ...variablesBeforeJob(build),
    ...build.payload.variables.filter((variable) => !isFeatureFlag(variable.key)),
    ...variablesAfterJob(build),
  ]);
}

/** A job's own variables can override these. */
function variablesBeforeJob(build: Pick<Build, 'payload' | 'config'> & Partial<Build>): readonly Variable[] {
  const { payload, config } = build;
  const image = build.image ?? payload.image;
  const entries: readonly (readonly [string, string])[] = [
    ...(image?.name ? [['CI_JOB_IMAGE', image.name] as const] : []),
    ['CI_RUNNER_SHORT_TOKEN', config.shortToken],
    ...(config.settings.environment ?? []).flatMap(parseEnvironment),
    ['CI_BUILDS_DIR', build.rootDir ?? ''],
    ['CI_PROJECT_DIR', build.projectDir ?? ''],
    ['CI_CONCURRENT_ID', '0'],
    ['CI_CONCURRENT_PROJECT_ID', '0'],
    ['CI_SERVER', 'yes'],
    ['CI_JOB_STATUS', build.status ?? 'running'],
    ['CI_JOB_TIMEOUT', String(Math.floor((build.timeoutMs ?? 0) / 1000))],
  ];
  return [
    ...entries.map(([key, value]) => ({ key, value, public: true })),
    ...certificateAuthorityVariable(build.certificateAuthorityPem),
  ];
}

/** A file: git, the helper's commands and the job's own tools read it (docs.gitlab.com/runner/configuration/tls-self-signed). */
function certificateAuthorityVariable(pem: string | undefined): readonly Variable[] {
  return pem === undefined
    ? []
    : [{ key: certificateAuthorityFileKey, value: pem, public: true, file: true }];
}

/** These it cannot override. */
function variablesAfterJob(build: Build): readonly Variable[] {
  const entries: readonly (readonly [string, string])[] = [
    ['CI_SHARED_ENVIRONMENT', 'true'],
    ['CI_RUNNER_VERSION', runnerVersion.version],
    ['CI_RUNNER_REVISION', runnerVersion.revision],
    ['CI_RUNNER_EXECUTABLE_ARCH', runnerVersion.platform],
    [tempProjectDirKey, tempDirOf(build)],
  ];
  return entries.map(([key, value]) => ({ key, value, public: true }));
}

export function tempDirOf(build: Build): string {
  return `${build.projectDir}.tmp`;
}

/** Where the job will live, known only after config's answer. */
export function placeBuild(
  build: Build,
  dirs: { readonly buildsDir: string; readonly cacheDir: string; readonly isShared: boolean },
): Failure | null {
  if (dirs.buildsDir === '') return configurationError('the builds_dir is not configured');
  if (dirs.cacheDir === '') return configurationError('the cache_dir is not configured');
  build.rootDir = dirs.buildsDir;
  build.cacheDir = posix.join(dirs.cacheDir, projectSubdir(build));
  const wanted = build.settings.gitClonePath;
  if (wanted === '') {
    const own = dirs.isShared ? posix.join(build.config.shortToken, '0') : '';
    build.projectDir = posix.join(build.rootDir, own, projectSubdir(build));
    return null;
  }
  if (!build.config.settings.custom_build_dir) {
    return configurationError('setting GIT_CLONE_PATH is not allowed, enable `custom_build_dir` feature');
  }
  if (posix.relative(build.rootDir, wanted).startsWith('..')) {
    return configurationError(
      `the GIT_CLONE_PATH=${goQuote(wanted)} has to be within ${goQuote(build.rootDir)}`,
    );
  }
  build.projectDir = posix.normalize(wanted);
  return null;
}

function configurationError(text: string): Failure {
  return buildFailure(text, 'runner_configuration_error');
}

/** `/group/project`, from the repository's URL. */
function projectSubdir(build: Build): string {
  const path = posix.normalize(new URL(build.payload.git_info.repo_url).pathname.replace(/\.git$/, ''));
  return build.settings.gitStrategy === 'empty' ? `${path}-empty` : path;
}

function parseEnvironment(line: string): readonly (readonly [string, string])[] {
  const at = line.indexOf('=');
  return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
}
