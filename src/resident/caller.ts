// Who asks: a launcher that GitLab Runner started, as /proc shows it. Nothing is believed that a request says beyond a process's
// number: its user, its arguments, its environment and what it holds open are the kernel's word.
import { readFile, readlink, stat } from 'node:fs/promises';

/** What the launcher holds open (scripts/launcher/gitlab-pod-executor says the same numbers). */
export const callerDescriptors = { messages: 7, log: 9 } as const;

export interface Caller {
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  /** The stage and what follows it. */
  readonly argv: readonly string[];
  readonly workingDirectory: string;
  /** Changes when the number is another process's, or its parent is gone. */
  readonly identity: string;
}

export interface CallerInput {
  readonly pid: number;
  /** How many of its arguments are the stage's. */
  readonly argumentCount: number;
  /** The FIFO that it claims to read. */
  readonly log: string;
  /** Whose processes may ask. */
  readonly uid: number;
}

/** @throws Error when it is not who it says, or gone */
export async function readCaller({ pid, argumentCount, log, uid }: CallerInput): Promise<Caller> {
  const place = `/proc/${pid}`;
  const [{ uid: owner }, held, meant] = await Promise.all([
    stat(place),
    stat(`${place}/fd/${callerDescriptors.log}`),
    stat(log),
  ]);
  if (owner !== uid) throw new Error(`process ${pid} belongs to user ${owner}`);
  // By number: a path may lead through links.
  if (held.dev !== meant.dev || held.ino !== meant.ino)
    throw new Error(`process ${pid} does not read ${log}`);
  if (!(await seesWhatWeSee(pid)))
    throw new Error(`process ${pid} has another root directory, or another network`);
  const [words, environment, workingDirectory, identity] = await Promise.all([
    readFile(`${place}/cmdline`),
    readFile(`${place}/environ`),
    readlink(`${place}/cwd`),
    identityOf(pid),
  ]);
  const all = entriesOf(words);
  if (identity === null || argumentCount < 1 || argumentCount >= all.length)
    throw new Error(`process ${pid} has no ${argumentCount} arguments`);
  return {
    pid,
    env: environmentOf(environment),
    argv: all.slice(-argumentCount),
    workingDirectory,
    identity,
  };
}

/**
 * What its addresses mean, and where its paths begin: a container or a chroot has its own. Not the mount namespace: a hardened unit has
 * one of its own, and sees the same files (check-same-files.ts).
 */
async function seesWhatWeSee(pid: number): Promise<boolean> {
  const viewOf = async (who: string): Promise<string> => {
    const { dev, ino } = await stat(`/proc/${who}/root`);
    return [dev, ino, await readlink(`/proc/${who}/ns/net`)].join();
  };
  const [its, ours] = await Promise.all([viewOf(`${pid}`), viewOf('self')]);
  return its === ours;
}

/** @returns null when the process is gone */
export async function identityOf(pid: number): Promise<string | null> {
  const fields = await statusOf(pid);
  return fields === null ? null : `${fields[parentField]}:${fields[startTimeField]}`;
}

/** In clock ticks since the machine's start. @returns null when the process is gone */
export async function startTimeOf(pid: number): Promise<string | null> {
  return (await statusOf(pid))?.[startTimeField] ?? null;
}

/** @returns null when the process is gone */
export async function isStopped(pid: number): Promise<boolean | null> {
  const state = (await statusOf(pid))?.[0];
  return state === undefined ? null : state === 'T' || state === 't';
}

/** Fields of /proc/PID/stat (proc(5)), counted from the third, which is the first behind the name. */
const parentField = 4 - 3;
const startTimeField = 22 - 3;

async function statusOf(pid: number): Promise<readonly string[] | null> {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, 'latin1')).replace(/^.*\) /s, '').split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields;
  } catch {
    return null;
  }
}

/** Each ends with a zero byte. */
function entriesOf(bytes: Buffer): string[] {
  return bytes.toString().split('\0').slice(0, -1);
}

function environmentOf(bytes: Buffer): Record<string, string> {
  const env = Object.create(null) as Record<string, string>;
  for (const entry of entriesOf(bytes)) {
    const at = entry.indexOf('=');
    // The first one counts, as it does for getenv.
    if (at > 0) env[entry.slice(0, at)] ??= entry.slice(at + 1);
  }
  return env;
}
