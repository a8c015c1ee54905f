// Whether a resident serves in a directory, as its launchers see it; for people who ask.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isStopped, startTimeOf } from './caller.ts';
import { isPrivate, type ResidentDirectory, residentDirectory } from './resident-directory.ts';

export type ResidentState =
  | { readonly kind: 'absent' }
  /** Of another user, or open to others: launchers do not look into it. */
  | { readonly kind: 'foreign'; readonly owner: number; readonly mode: number }
  /** It was killed, and nobody started it again. */
  | { readonly kind: 'dead'; readonly pid: number }
  /** Somebody stopped it (SIGSTOP). */
  | { readonly kind: 'stopped'; readonly pid: number }
  | { readonly kind: 'serving'; readonly pid: number; readonly since: Date; readonly calls: number };

export interface ResidentPlace {
  /** A build's directory: where launchers of that build look. */
  readonly directory: string;
  readonly state: ResidentState;
}

export async function findResidentState(directory: string, uid: number): Promise<ResidentState> {
  const found = await lstat(directory).catch(() => null);
  if (found === null) return { kind: 'absent' };
  if (!isPrivate(found, uid)) return { kind: 'foreign', owner: found.uid, mode: found.mode & 0o7777 };
  return stateInside(residentDirectory(directory));
}

/** Residents of other builds beside it that live: after an upgrade nobody asks them. */
export async function findOtherBuilds(directory: string, uid: number): Promise<readonly ResidentPlace[]> {
  const names = await readdir(dirname(directory)).catch(() => []);
  const others = names.filter((name) => name !== basename(directory)).sort();
  const places = await Promise.all(
    others.map(async (name) => {
      const place = `${dirname(directory)}/${name}`;
      return { directory: place, state: await findResidentState(place, uid) };
    }),
  );
  return places.filter(({ state }) => state.kind === 'serving' || state.kind === 'stopped');
}

async function stateInside(paths: ResidentDirectory): Promise<ResidentState> {
  const [serving, written, requests] = await Promise.all([
    readFile(paths.pid, 'latin1').catch(() => ''),
    lstat(paths.pid).catch(() => null),
    lstat(paths.requests).catch(() => null),
  ]);
  const [, number, start] = /^(\d{1,10}) (\d{1,20})\n$/.exec(serving) ?? [];
  // One that ended in good order took its number away.
  if (number === undefined || written === null) return { kind: 'absent' };
  const pid = Number(number);
  if ((await startTimeOf(pid)) !== start || !requests?.isFIFO()) return { kind: 'dead', pid };
  if (await isStopped(pid)) return { kind: 'stopped', pid };
  return { kind: 'serving', pid, since: written.mtime, calls: await countCalls(paths.calls) };
}

/** Slots that are claimed and not answered. */
async function countCalls(directory: string): Promise<number> {
  const names = new Set(await readdir(directory).catch(() => []));
  return [...names].filter((name) => !name.includes('.') && !names.has(`${name}.code`)).length;
}
