// What one job's run works with.
import type { ExecutorCommands } from '../options.ts';
import type { JobLog } from '../trace/job-log.ts';
import type { Build } from './build.ts';
import type { RunnerProcess } from './runner-process.ts';

export interface JobWorld {
  readonly build: Build;
  readonly executor: ExecutorCommands;
  readonly runner: RunnerProcess;
  readonly log: JobLog;
  readonly tempDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
