// Writes a job's record, once nothing more is to happen to it.
import type { Pod } from '../cluster/cluster.ts';
import type { StageIo } from '../stage/stage-io.ts';
import { line } from '../text/log-lines.ts';
import { plainLine } from '../text/plain-text.ts';
import { formatRecord, type JobRecord, type RecordedImage, recordVersion } from './job-record.ts';
import { type RecordNotes, readNotes, timeStage } from './record-notes.ts';
import { jobSpans } from './trace/job-spans.ts';
import type { SendInput } from './trace/send-spans.ts';

/** Appends a line where the policy says. Rejects where it cannot. */
export type WriteRecord = (to: string, text: string) => Promise<void>;

export interface RecordTools {
  readonly write: WriteRecord;
  /** Loaded only for jobs that are traced. @returns a clause for whoever did not get the spans */
  readonly sendSpans: (input: Omit<SendInput, 'version'>) => Promise<readonly string[]>;
  readonly now: () => Date;
}

/**
 * `work` says which pods it found. A record that cannot be written, or spans that cannot be sent, are said once, to the runner's own log,
 * and end nothing.
 */
export async function recordCleanup(
  io: StageIo,
  tools: RecordTools,
  work: (seen: (pods: readonly Pod[]) => void) => Promise<void>,
): Promise<void> {
  const notes = await readNotes(io);
  const pods: Pod[] = [];
  const see = (found: readonly Pod[]): void => void pods.push(...found);
  if (notes === null) return work(see);
  await timeStage(
    { stage: 'cleanup' },
    () => work(see),
    async (stage) => {
      const all = { ...notes, stages: [...notes.stages, stage] };
      const troubles = await Promise.all([writeLine(all, pods, tools), traceJob(all, io, tools)]);
      for (const trouble of troubles.flat()) io.log(line(`WARNING: ${plainLine(trouble)}.`, 'yellow'));
    },
  );
}

type Troubles = readonly string[];

async function writeLine(
  notes: RecordNotes,
  pods: readonly Pod[],
  { write, now }: RecordTools,
): Promise<Troubles> {
  if (notes.to === null) return [];
  try {
    await write(notes.to, formatRecord(recordOf(notes, pods, now())));
    return [];
  } catch (error) {
    return [`This job is missing in ${notes.to} (\`job_records\`): ${(error as Error).message}`];
  }
}

async function traceJob(notes: RecordNotes, { env }: StageIo, { sendSpans }: RecordTools): Promise<Troubles> {
  const { tracing } = notes;
  if (tracing === null) return [];
  const troubles = await sendSpans({ spans: jobSpans(notes), tracing, env });
  return troubles.map(
    (trouble) => `The spans of this job are not in GitLab's trace (\`tracing\`): ${trouble}`,
  );
}

/** The first failure is the job's, unless it is that of the cleanup: by then all is decided. */
function recordOf(notes: RecordNotes, pods: readonly Pod[], at: Date): JobRecord {
  const { job, policy, profile, findings, pod, stages } = notes;
  const failed = stages.find(({ stage, outcome }) => outcome !== 'success' && stage !== 'cleanup');
  const images = notes.images.map((image) => ({
    ...image,
    digest: image.digest ?? digestIn(pods, notes, image),
  }));
  return {
    ...{ record: recordVersion, at: at.toISOString(), job, policy, profile, images, findings, pod, stages },
    outcome: failed?.outcome ?? 'success',
    code: failed?.code ?? '',
  };
}

/** What the node says that it ran. null: the pod was gone, or its status says nothing yet. */
function digestIn(pods: readonly Pod[], { pod }: RecordNotes, { container }: RecordedImage): string | null {
  const found = pods.find(({ metadata }) => metadata.name === pod?.name);
  const status = found?.status?.containerStatuses?.find(({ name }) => name === container);
  return /sha256:[0-9a-f]{64}$/.exec(status?.imageID ?? '')?.[0] ?? null;
}
