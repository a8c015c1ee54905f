// The job file that GitLab Runner writes (JOB_RESPONSE_FILE), as a Job. Keys that are not ours are left alone: the file
// belongs to GitLab Runner, and new versions add to it.
import { z } from 'zod';
import type { Job, JobImage, JobService, JobVariable } from './job.ts';
import { listOf, maxMistakes } from './list-of.ts';
import { instanceOf, jobUnreadable, parseJobFile } from './read-job-identity.ts';
import { readTracing } from './read-tracing.ts';
import { readRefProtection } from './ref-protection.ts';

/** What GitLab Runner takes when GitLab sends none (common/const.go, DefaultTimeout). */
const defaultTimeoutSeconds = 7200;

/** GitLab leaves out, or sends null for, what a job does not have. */
const text = z.string().nullish();
const texts = listOf(z.string());
/** GitLab Runner writes an empty text where the author wrote nothing. */
const user = z
  .union([z.string(), z.int().transform(String)])
  .nullish()
  .transform((requested) => requested || null);

const variable = z.object({
  key: z.string(),
  value: text,
  public: z.boolean().nullish(),
  file: z.boolean().nullish(),
  masked: z.boolean().nullish(),
  raw: z.boolean().nullish(),
});

const image = z.object({
  name: text,
  entrypoint: texts,
  pull_policy: texts,
  executor_opts: z
    .object({
      docker: z.object({ platform: text, user }).nullish(),
      kubernetes: z.object({ user }).nullish(),
    })
    .nullish(),
});

const service = image.extend({
  alias: text,
  command: texts,
  variables: listOf(variable),
});

const jobFile = z.object({
  id: z.int().positive(),
  job_info: z.object({
    name: text,
    project_id: z.int(),
    project_full_path: text,
    namespace_id: z.int().nullish(),
  }),
  git_info: z.object({ repo_url: text, ref: text, protected: z.boolean().nullish() }),
  runner_info: z.object({ timeout: z.int().nullish() }).nullish(),
  variables: listOf(variable),
  image: image.nullish(),
  services: listOf(service),
  features: z.unknown().optional(),
  credentials: listOf(z.object({ type: text, url: text, username: text, password: text })),
});

/** @throws SystemFailure 'job-unreadable' with every mistake; never with a value, for the file holds tokens. */
export function readJob(text: string): Job {
  const content = parseJobFile(text);
  const instance = instanceOf(content);
  const { data: file, error } = jobFile.safeParse(content);
  const mistakes = (error?.issues ?? []).map(
    ({ path, message }) => `${path.map(String).join('.')}: ${message.replace('Invalid input: ', '')}`,
  );
  if (instance === null) {
    mistakes.push('job_info.instance_uuid, git_info.repo_url: neither names the GitLab instance');
  }
  if (file === undefined || instance === null) throw jobUnreadable(firstOf(mistakes));
  return jobFrom(file, instance);
}

function firstOf(mistakes: readonly string[]): readonly string[] {
  return mistakes.length > maxMistakes ? [...mistakes.slice(0, maxMistakes), '… and more'] : mistakes;
}

function jobFrom(file: z.infer<typeof jobFile>, instance: string): Job {
  const variables = (file.variables ?? []).map(variableFrom);
  const timeout = file.runner_info?.timeout ?? 0;
  const tracing = readTracing(file.features);
  return {
    id: file.id,
    instance,
    name: file.job_info.name ?? '',
    project: {
      id: file.job_info.project_id,
      path: file.job_info.project_full_path ?? '',
      namespaceId: file.job_info.namespace_id ?? null,
    },
    repositoryPath: repositoryPath(file.git_info.repo_url ?? ''),
    ref: file.git_info.ref ?? '',
    isRefProtected: readRefProtection(file.git_info.protected, variables),
    timeoutSeconds: timeout > 0 ? timeout : defaultTimeoutSeconds,
    image: file.image ? imageFrom(file.image) : null,
    services: (file.services ?? []).map(serviceFrom),
    variables,
    ...(tracing !== null && { tracing }),
    registryCredentials: (file.credentials ?? [])
      .filter(({ type }) => type === 'registry')
      .map(({ url, username, password }) => ({
        registry: url ?? '',
        username: username ?? '',
        password: password ?? '',
      })),
  };
}

/** As GitLab Runner makes the project's directory of it (common/build.go, ProjectSlug): no `.git`, no `..`, cleaned. */
function repositoryPath(url: string): string {
  return decodePath(URL.canParse(url) ? new URL(url).pathname : '')
    .replace(/\.git$/, '')
    .split('/')
    .filter((name) => name !== '' && name !== '.' && name !== '..')
    .join('/');
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A `%` that encodes nothing is one of the name.
    return path;
  }
}

/** GitLab Runner fills in variables before it writes the file, and takes a name that comes to nothing for none. */
const nameOf = ({ name }: z.infer<typeof image>): string => (name?.trim() ? name : '');

function imageFrom(file: z.infer<typeof image>): JobImage {
  const { entrypoint, pull_policy, executor_opts } = file;
  return {
    name: nameOf(file),
    entrypoint: entrypoint ?? null,
    pullPolicies: pull_policy ?? [],
    kubernetesUser: executor_opts?.kubernetes?.user ?? null,
    dockerUser: executor_opts?.docker?.user ?? null,
    dockerPlatform: executor_opts?.docker?.platform ?? null,
  };
}

function serviceFrom(file: z.infer<typeof service>): JobService {
  return {
    ...imageFrom(file),
    // One text for all of them, separated by commas or spaces.
    aliases: (file.alias ?? '').split(/[\s,]+/).filter((alias) => alias !== ''),
    command: file.command ?? null,
    variables: (file.variables ?? []).map(variableFrom),
  };
}

function variableFrom(file: z.infer<typeof variable>): JobVariable {
  return {
    key: file.key,
    value: file.value ?? '',
    isPublic: file.public ?? false,
    isFile: file.file ?? false,
    isMasked: file.masked ?? false,
    isRaw: file.raw ?? false,
  };
}
