// A real gitlab-runner that takes its jobs from the model GitLab, and runs them on this host with the recording executor.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDefinition } from '../gitlab/job-definition.ts';
import type { S3Key } from '../gitlab/presigned-url.ts';
import type { RemoteJob } from '../gitlab/remote-job.ts';
import { startModelGitLab } from '../gitlab/start-model-gitlab.ts';
import { executor, recordedEnvironment, type Scratch } from '../recorder/run-recorded.ts';

export interface RealRunner {
  /** Resolves when the runner has reported the job's end. */
  run(job: JobDefinition): Promise<RemoteJob>;
  stop(): Promise<void>;
}

/** Either of its two ways to S3 will do; this one is in every build of the runner that has one. */
export const featureFlags = { FF_USE_LEGACY_S3_CACHE_ADAPTER: true };

const lookMs = 50;

/** @param program the runner; `gitlab-runner-helper` lies beside it, or GITLAB_RUNNER_HELPER says where */
export async function startRealRunner(program: string, scratch: Scratch): Promise<RealRunner> {
  const gitlab = await startModelGitLab({ dataDir: join(scratch.path, 'gitlab') });
  const place = recordedEnvironment(scratch, { hasHelper: false });
  const helper = process.env['GITLAB_RUNNER_HELPER'] ?? join(dirname(program), 'gitlab-runner-helper');
  symlinkSync(helper, join(scratch.path, 'bin/gitlab-runner'));
  const config = join(scratch.path, 'config.toml');
  const logFile = join(scratch.path, 'runner.log');
  mkdirSync(dirname(config), { recursive: true });
  writeFileSync(config, configOf(gitlab));
  writeFileSync(join(scratch.path, '.runner_system_id'), 's_000000000000');
  const log = openSync(logFile, 'w');
  const runner = spawn(program, ['run', '--config', config], {
    env: { ...place.env, TMPDIR: place.tempDir },
    stdio: ['ignore', log, log],
  });
  const ended = once(runner, 'exit');
  return {
    async run(job) {
      const remote = gitlab.queueJob(job);
      while (remote.final === null) {
        if (runner.exitCode !== null)
          throw new Error(`${program} ended with ${runner.exitCode}:\n${readFileSync(logFile, 'utf8')}`);
        await sleep(lookMs);
      }
      return remote;
    },
    async stop() {
      runner.kill('SIGTERM');
      await ended;
      await gitlab.close();
    },
  };
}

/** The same runner as the model's defaults; the cache is the model GitLab's. */
function configOf({ url, s3Key }: { readonly url: string; readonly s3Key: S3Key }): string {
  const calls = Object.entries(executor).map(
    ([name, [program, ...args]]) =>
      `    ${name}_exec = ${JSON.stringify(program)}\n    ${name}_args = ${JSON.stringify(args)}`,
  );
  const flags = Object.entries(featureFlags).map(([name, value]) => `    ${name} = ${value}`);
  return `concurrent = 1
check_interval = 1
[[runners]]
  name = "model-runner"
  url = "${url}"
  token = "glrt-modelrunnertoken0000"
  executor = "custom"
  shell = "bash"
  [runners.feature_flags]
${flags.join('\n')}
  [runners.custom]
${calls.join('\n')}
  [runners.cache]
    Type = "s3"
    Shared = true
    [runners.cache.s3]
      ServerAddress = "${new URL(url).host}"
      Insecure = true
      PathStyle = true
      BucketName = "cache"
      BucketLocation = "us-east-1"
      AccessKey = "${s3Key.accessKeyId}"
      SecretKey = "${s3Key.secretAccessKey}"
`;
}
