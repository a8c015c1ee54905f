// What is known so far of a job that is to be recorded: a private file in the attempt's temp dir, written by prepare, added to by run,
// read by cleanup. Where it cannot be kept, the job goes on, and its record is missing or says less.
import type { JobTracing } from '../job/read-tracing.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import type { StageIo } from '../stage/stage-io.ts';
import type { JobRecord, Outcome, RecordedStage } from './job-record.ts';

const fileName = 'gitlab-pod-executor.record';
/** GitLab Runner has a dozen of them; no job makes more. */
const maxStages = 40;

export interface RecordNotes extends Omit<JobRecord, 'record' | 'at' | 'outcome' | 'code'> {
  readonly version: 1;
  /** `job_records.to` of the policy, which cleanup does not read; null: there is to be no line. */
  readonly to: string | null;
  /** Where the job's spans go; null: nowhere. */
  readonly tracing: JobTracing | null;
}

type NotesIo = Pick<StageIo, 'env' | 'files'>;

/** null: the job is not recorded. */
export async function readNotes(io: NotesIo): Promise<RecordNotes | null> {
  const path = pathOf(io);
  if (path === null) return null;
  try {
    const notes = JSON.parse((await io.files.read(path)).toString()) as { readonly version: number };
    return notes.version === 1 ? (notes as RecordNotes) : null;
  } catch {
    return null;
  }
}

export async function writeNotes(io: NotesIo, notes: RecordNotes): Promise<void> {
  const path = pathOf(io);
  if (path !== null) await io.files.writePrivate(path, JSON.stringify(notes)).catch(() => undefined);
}

async function addStage(io: NotesIo, stage: RecordedStage): Promise<void> {
  const notes = await readNotes(io);
  if (notes !== null) await writeNotes(io, { ...notes, stages: [...notes.stages, stage].slice(-maxStages) });
}

function pathOf({ env }: NotesIo): string | null {
  const directory = env['TMPDIR'];
  return directory ? `${directory}/${fileName}` : null;
}

/** @returns how a stage ended: `error` undefined is success */
function endOf(error: unknown): { readonly outcome: Outcome; readonly code: string } {
  if (error === undefined) return { outcome: 'success', code: '' };
  if (error instanceof BuildFailure) return { outcome: 'build-failure', code: error.code };
  return { outcome: 'system-failure', code: error instanceof SystemFailure ? error.code : 'unexpected' };
}

export interface TimedStage {
  readonly stage: string;
  readonly subStage?: string;
}

/** Runs a stage; `ended` sees how, before whatever it threw is thrown. */
export async function timeStage(
  { stage, subStage = '' }: TimedStage,
  work: () => Promise<void>,
  ended: (stage: RecordedStage, error: unknown) => Promise<void>,
): Promise<void> {
  const at = new Date();
  const started = performance.now();
  let error: unknown;
  try {
    await work();
  } catch (thrown) {
    error = thrown ?? new Error('A stage failed without an error.');
  }
  const seconds = Math.round(performance.now() - started) / 1000;
  await ended({ stage, sub_stage: subStage, started: at.toISOString(), seconds, ...endOf(error) }, error);
  if (error !== undefined) throw error as Error;
}

/** `run`: adds itself where the job is recorded. */
export async function recordRun(io: StageIo, subStage: string, work: () => Promise<void>): Promise<void> {
  await timeStage({ stage: 'run', subStage }, work, (stage) => addStage(io, stage));
}
