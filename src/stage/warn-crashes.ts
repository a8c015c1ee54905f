// A service that ended while the job needs it: said once an attempt, whichever process sees it first.
import type { Pod } from '../cluster/cluster.ts';
import { line } from '../text/log-lines.ts';
import { plainLine } from '../text/plain-text.ts';
import type { AttemptState } from './attempt-state.ts';
import type { StageIo } from './stage-io.ts';

/** Each once an attempt. */
export async function warnCrashes(
  io: StageIo,
  services: AttemptState['services'],
  pod: Pod,
  logged = new Set<string>(),
): Promise<void> {
  for (const { container, image } of services) {
    const ended = pod.status?.containerStatuses?.find(({ name }) => name === container)?.state?.terminated;
    if (!ended || logged.has(container)) continue;
    logged.add(container);
    if (!(await isNews(io, container))) continue;
    const how =
      ended.reason === 'OOMKilled' ? 'was killed: out of memory' : `ended with exit code ${ended.exitCode}`;
    io.log(
      line(
        `WARNING: The service ${plainLine(image)} ${how}. The job goes on without it; set CI_DEBUG_SERVICES to see the service's log.`,
        'yellow',
      ),
    );
  }
}

/** A mark beside the attempt state remembers for the processes to come what was logged. */
async function isNews(io: StageIo, container: string): Promise<boolean> {
  const mark = `${io.env['TMPDIR'] ?? ''}/gitlab-pod-executor.${container}-ended`;
  if (await io.files.exists(mark)) return false;
  // On a full disk it is logged again: better than to lose the watch over the pod.
  await io.files.writePrivate(mark, '').catch(() => undefined);
  return true;
}
