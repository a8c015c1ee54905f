// What the job's services had to say, for the author who asks with CI_DEBUG_SERVICES (as GitLab's own executors do).
import type { Cluster } from '../../cluster/cluster.ts';
import { findSubStage } from '../../layout/sub-stage.ts';
import { line, sectionEnd, sectionStart } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { AttemptState } from '../attempt-state.ts';
import { serviceLine } from '../service-line.ts';
import type { StageIo } from '../stage-io.ts';

/** Enough to see why a database did not start; a service that prints for hours must not drown the job's own log. */
const tailLines = 500;
/** In characters: a service may print anything. */
const maxLineLength = 4000;
const deadlineMilliseconds = 10_000;

/** What GitLab Runner takes for yes (Go's strconv.ParseBool); of anything but a no it warns itself, and takes it for no. */
const yes = new Set(['1', 't', 'T', 'true', 'True', 'TRUE']);

/**
 * One collapsed section a service, after the job's script, however that ended. The job's own variable decides, because it only
 * concerns its log.
 */
export async function logServices({
  io,
  cluster,
  state,
  subStage,
  now,
}: {
  readonly io: StageIo;
  readonly cluster: Cluster;
  readonly state: AttemptState;
  readonly subStage: string;
  readonly now: () => Date;
}): Promise<void> {
  if (findSubStage(subStage)?.role !== 'main' || !yes.has(io.env['CUSTOM_ENV_CI_DEBUG_SERVICES'] ?? ''))
    return;
  // At once: a script that was stopped has little time left.
  const logs = await Promise.all(
    state.services.map(({ container }) => readLog(cluster, state.pod.name, container)),
  );
  for (const [index, { container, image }] of state.services.entries()) {
    const section = `service_log_${container.replace('-', '_')}`;
    io.log(
      sectionStart(section, `Log of the service ${plainLine(image)}, last ${tailLines} lines`, {
        at: now(),
        collapsed: true,
      }),
    );
    io.log(logs[index] ?? '');
    io.log(sectionEnd(section, now()));
  }
}

async function readLog(cluster: Cluster, pod: string, container: string): Promise<string> {
  try {
    const text = await cluster.readLog(
      { pod, container },
      { tailLines, signal: AbortSignal.timeout(deadlineMilliseconds) },
    );
    // Line by line, so that no line of a service can pass for one of ours.
    return text === ''
      ? line('(nothing)')
      : `${text
          .trimEnd()
          .split('\n')
          .map((text) => serviceLine(text, maxLineLength))
          .join('\n')}\n`;
  } catch (error) {
    return line(`cannot be read: ${plainLine((error as Error).message)}`, 'yellow');
  }
}
