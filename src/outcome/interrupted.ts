// What is said wherever GitLab Runner ends what runs.
import type { FailureOptions } from './failure.ts';
import { SystemFailure } from './system-failure.ts';

/** @param act what was ended: `the preparation` */
export const interrupted = (act: string, options: FailureOptions = {}): SystemFailure =>
  new SystemFailure(
    'interrupted',
    { what: `GitLab Runner ended ${act} (cancelled, timed out, or the runner shuts down).` },
    options,
  );
