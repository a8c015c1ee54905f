// What our program in a container could not do, in words.

import { adviceOnMemory } from '../diagnosis/memory-limit.ts';
import type { JobContainer } from '../layout/container-names.ts';
import { killedExitCode } from '../layout/exit-codes.ts';
import { controlDirectory } from '../layout/paths.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import type { SupervisorFault } from './supervisor-messages.ts';

/** The failure that the fault means as long as the pod itself shows no better reason. */
export function explainFault(fault: SupervisorFault, container: JobContainer): BuildFailure | SystemFailure {
  switch (fault) {
    case 'upload':
      return new SystemFailure('stream-lost', {
        what: `The script does not reach the ${container} container whole, however often it is sent.`,
      });
    case 'disk':
      return new BuildFailure('storage-exceeded', {
        what: `The next script cannot be written to the ${container} container: its disk is full, or an earlier script removed ${controlDirectory}.`,
        author: "Write less, or ask the runner's operator for a higher limit.",
      });
    case 'shell':
      return new BuildFailure('image-unusable', {
        what: `The image of the ${container} container has no shell: GitLab looks for bash, then sh, in /usr/local/bin, /usr/bin, /bin, then /busybox/sh.`,
        author: 'Use an image that has one.',
      });
    case 'killed':
      return new BuildFailure(
        'out-of-memory',
        {
          what: 'The script was killed together with what watches over it: the container ran out of memory, or the script killed all of its own processes (`kill -9 -1`).',
          ...adviceOnMemory(container),
        },
        { exitCode: killedExitCode },
      );
    case 'stuck':
    case 'unknown':
      return new SystemFailure('stream-lost', {
        what: `The ${container} container has lost track of the script: its files were removed, or the container was replaced.`,
        why: 'Nobody can know how the script ended.',
      });
  }
}
