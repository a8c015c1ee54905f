// GitLab Runner tries prepare three times, each time in a new temp directory, and shows the log of all three. What a try said, and ended
// with, is remembered beside those directories, so that the next one does not say all of it again.
import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import { SystemFailure } from '../outcome/system-failure.ts';
import { readJobFile } from './job-file.ts';
import type { StageIo } from './stage-io.ts';

/** GitLab Runner: common/build.go, PreparationRetries. */
const maxTries = 3;
/** Three tries take three times `timeouts.ready`. What is older was left by a killed runner, or a job canceled between two tries. */
const maxAgeMilliseconds = 24 * 3600 * 1000;
const prefix = 'gitlab-pod-executor-tries-';
/** An API server's words may be long; the first try has all of them. */
const maxLength = 200;

interface FailedTry {
  readonly tries: number;
  /** Digests: no word of the job, or about it, is kept. */
  readonly failure: string;
  readonly said: readonly string[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** False: an earlier try said it, and the job's log has it. */
export type IsNews = (text: string) => boolean;

/**
 * Runs prepare. A system failure that the try before ended with, too, is thrown as one line that points above. Where nothing can be
 * remembered, each try says it all.
 */
export async function reportOnce(io: StageIo, stage: (isNews: IsNews) => Promise<void>): Promise<void> {
  const memory = await memoryOf(io);
  const before = memory === null ? null : await recall(io, memory);
  const said = new Set(before?.said);
  const isNews: IsNews = (text) => {
    const isNew = !before?.said.includes(digest(text));
    said.add(digest(text));
    return isNew;
  };
  try {
    await stage(isNews);
  } catch (error) {
    throw memory === null ? error : await shortened(io, memory, { error, before, said: [...said] });
  }
  if (memory !== null) await forget(io, memory);
}

interface Ended {
  readonly error: unknown;
  readonly before: FailedTry | null;
  readonly said: readonly string[];
}

async function shortened(io: StageIo, memory: string, { error, before, said }: Ended): Promise<unknown> {
  // Of what ends for another reason there is no further try.
  if (!(error instanceof SystemFailure) || error.code === 'interrupted') {
    await forget(io, memory);
    return error;
  }
  const failure = digestOf(error);
  const tries = (before?.tries ?? 0) + 1;
  if (tries < maxTries) await remember(io, memory, { tries, failure, said, at: Date.now() });
  else await forget(io, memory);
  return before?.failure === failure ? again(error) : error;
}

/** null: there is no place for it. Whoever does not know the job's token cannot guess the name, so nobody is there before us. */
async function memoryOf(io: StageIo): Promise<string | null> {
  const directory = io.env['TMPDIR'];
  if (!directory) return null;
  const job = await readJobFile(io).catch(() => null);
  if (job === null) return null;
  return `${dirname(directory)}/${prefix}${digest(job).slice(0, 32)}`;
}

async function recall(io: StageIo, memory: string): Promise<FailedTry | null> {
  try {
    const { tries, failure, said, at } = JSON.parse((await io.files.read(memory)).toString()) as FailedTry;
    return isOld(at) || !Array.isArray(said) ? null : { tries, failure, said, at };
  } catch {
    // There was no try before this one, or it could not be remembered.
    return null;
  }
}

/** On a full disk the next try says it all. */
async function remember(io: StageIo, memory: string, failed: FailedTry): Promise<void> {
  await io.files.writePrivate(memory, JSON.stringify(failed)).catch(() => undefined);
  await forgetOld(io, dirname(memory)).catch(() => undefined);
}

async function forget({ files }: StageIo, memory: string): Promise<void> {
  await files.remove(memory).catch(() => undefined);
}

async function forgetOld({ files }: StageIo, directory: string): Promise<void> {
  for (const name of await files.list(directory)) {
    if (!name.startsWith(prefix)) continue;
    const path = `${directory}/${name}`;
    const text = await files.read(path).catch(() => null);
    if (text !== null && isOld(atOf(text.toString()))) await files.remove(path).catch(() => undefined);
  }
}

function atOf(text: string): number {
  try {
    return (JSON.parse(text) as FailedTry).at;
  } catch {
    return 0;
  }
}

/** Also when the clock was set back, or the file holds something else. */
const isOld = (at: number): boolean => !(Math.abs(Date.now() - at) < maxAgeMilliseconds);

/** Each try has a pod of another name, and waits for other seconds. */
function digestOf({ code, parts }: SystemFailure): string {
  const what = parts.what.replace(/\bjob-\d+-[a-z0-9]{8}\b/g, 'job').replace(/\d+/g, '0');
  return digest(`${code}\n${what}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function again(error: SystemFailure): SystemFailure {
  const [first = ''] = error.parts.what.split('\n');
  const what = first.length > maxLength ? `${first.slice(0, maxLength)}…` : first;
  return new SystemFailure(
    error.code,
    { what: `Again: ${what}`, why: 'The first try, above, says why and what to do.' },
    { cause: error },
  );
}
