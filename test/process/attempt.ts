// An attempt to have an executor for one job, as GitLab Runner makes it: its temp dir, its files, its environment, its calls.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { executable } from '../cluster/cluster-under-test.ts';
import { type RunningStage, type StageEnd, startStage } from './stage-call.ts';

/** Neither 1 nor 2, which Node itself ends with: a stage that ends with one of these meant it. */
export const buildFailure = 111;
export const systemFailure = 112;

/** For an attempt whose stages are processes of their own, whatever the suite runs through. */
export const withoutResident = { GITLAB_POD_EXECUTOR_RESIDENT: '/no/such/directory' };

/** What an earlier stage of the attempt left in BUILD_EXIT_CODE_FILE; GitLab Runner never empties it. */
const staleCode = '99\n';

export interface AttemptOptions {
  /** Where its directory is made. */
  readonly directory: string;
  /** The policy's text. */
  readonly policy?: string;
  /** Of the job file: an object to lay over the usual job, or the file's whole text. */
  readonly job?: Readonly<Record<string, unknown>> | string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Words before the executable's own: `['unshare', '-m']`. */
  readonly wrapper?: readonly string[];
}

export interface Attempt {
  /** TMPDIR. */
  readonly directory: string;
  readonly jobId: number;
  readonly policyFile: string;
  readonly jobFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  start(stage: string, ...args: readonly string[]): RunningStage;
  call(stage: string, ...args: readonly string[]): Promise<Ended>;
  /** @throws with its words when it fails */
  prepare(): Promise<Ended>;
  /** `run`, with a script of that text. */
  startScript(text: string, subStage?: string): RunningStage;
  script(text: string, subStage?: string): Promise<Ended>;
}

export interface Ended extends StageEnd {
  /** What stands in BUILD_EXIT_CODE_FILE; null: it is not there. */
  readonly code: string | null;
}

let jobs = 0;

/** Each attempt is a job of its own unless `job.id` says otherwise; a real cluster may hold pods of an earlier run. */
function nextJobId(): number {
  jobs += 1;
  return (Math.floor(Date.now() / 1000) * 100 + (process.pid % 100)) * 1000 + jobs;
}

export function newAttempt({
  directory: parent,
  policy = '',
  job = {},
  env,
  wrapper = [],
}: AttemptOptions): Attempt {
  const directory = mkdtempSync(join(parent, 'custom-executor'));
  const place = (name: string): string => join(directory, name);
  const [policyFile, jobFile, codeFile] = [
    place('policy.yaml'),
    place('response.json'),
    place('build_exit_code'),
  ];
  writeFileSync(policyFile, policy);
  const jobId = typeof job === 'object' && typeof job['id'] === 'number' ? job['id'] : nextJobId();
  writeFileSync(jobFile, typeof job === 'string' ? job : JSON.stringify({ ...usualJob(jobId), ...job }));
  const all = {
    PATH: process.env['PATH'],
    GITLAB_POD_EXECUTOR_RESIDENT: process.env['GITLAB_POD_EXECUTOR_RESIDENT'],
    TMPDIR: directory,
    GITLAB_POD_EXECUTOR_POLICY: policyFile,
    JOB_RESPONSE_FILE: jobFile,
    BUILD_FAILURE_EXIT_CODE: `${buildFailure}`,
    SYSTEM_FAILURE_EXIT_CODE: `${systemFailure}`,
    BUILD_EXIT_CODE_FILE: codeFile,
    CUSTOM_ENV_CI_RUNNER_VERSION: '19.4.0',
    ...env,
  };
  const start = (stage: string, ...args: readonly string[]): RunningStage => {
    writeFileSync(codeFile, staleCode);
    return startStage({ argv: [...wrapper, executable, stage, ...args], cwd: directory, env: all });
  };
  const call = async (stage: string, ...args: readonly string[]): Promise<Ended> => ({
    ...(await start(stage, ...args).end),
    code: readIfThere(codeFile),
  });
  const scriptArguments = (text: string, subStage = 'build_script'): readonly [string, string, string] => {
    mkdirSync(place('scripts'), { recursive: true });
    const file = join(mkdtempSync(join(place('scripts'), 'script')), 'script');
    writeFileSync(file, text);
    return ['run', file, subStage];
  };
  return {
    directory,
    jobId,
    policyFile,
    jobFile,
    env: all,
    start,
    call,
    prepare: async () => {
      const ended = await call('prepare');
      if (ended.exitCode !== 0) throw new Error(`prepare ended with ${ended.exitCode}: ${ended.stderr}`);
      return ended;
    },
    startScript: (...script) => start(...scriptArguments(...script)),
    script: (...script) => call(...scriptArguments(...script)),
  };
}

function usualJob(id: number) {
  return {
    id,
    job_info: { name: 'test', project_id: 42, project_full_path: 'group/project', namespace_id: 7 },
    git_info: { repo_url: 'https://gitlab.example.org/group/project.git', ref: 'main' },
    runner_info: { timeout: 3600 },
    image: { name: 'registry.example.org/build:latest' },
  };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
