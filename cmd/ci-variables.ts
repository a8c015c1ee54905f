// The values of variables that somebody gives `check --ci-file`: one by one, or those of the job that it runs in.
import type { CommandIo } from './command/command-io.ts';
import { UsageError } from './command/usage-error.ts';

/** What GitLab sets otherwise in each job. */
const ownToEachJob = /^CI_(?:JOB|NODE|RUNNER|ENVIRONMENT|BUILD|CONCURRENT)(?:_|$)/;

/** The variables that another job of the pipeline has, too. */
export function sharedVariables(env: CommandIo['env']): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(env).flatMap(([key, value]) =>
      value === undefined || ownToEachJob.test(key) ? [] : [[key, value] as const],
    ),
  );
}

/** Of `--variable KEY=VALUE`. @throws UsageError for one without a key */
export function readVariables(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((each) => {
      const [, key, value = ''] = /^(\w+)=(.*)$/s.exec(each) ?? [];
      if (key === undefined) throw new UsageError(`--variable takes KEY=VALUE, not "${each}".`);
      return [key, value] as const;
    }),
  );
}
