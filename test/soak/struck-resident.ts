// A resident for the jobs of a soak, which is killed, asked to end and stopped at random moments, and started again as a service manager
// would; and what it must look like afterwards.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestResident, type TestResident } from '../process/a-resident.ts';
import type { Chance } from './seeded-chance.ts';

const residentStrikes = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const;
type ResidentStrike = (typeof residentStrikes)[number];

export interface StruckResident {
  /** GITLAB_POD_EXECUTOR_RESIDENT */
  readonly directory: string;
  readonly counts: ReadonlyMap<ResidentStrike, number>;
  /** Ends the strikes. @returns the one that serves from then on, unharmed */
  readonly calm: () => Promise<TestResident>;
}

/** Between two strikes: enough for some stages, and less than a job takes. */
const minPauseMs = 1500;
const maxPauseMs = 9000;
/** Below what its lock's guard takes for standing still. */
const maxStopMs = 15_000;
/** A lock is free a moment after its holder's end, and a resident that was asked to end may take 15 s. */
const maxStartMs = 40_000;

export async function strikeResident(chance: Chance): Promise<StruckResident> {
  const counts = new Map<ResidentStrike, number>();
  let resident = await startTestResident();
  const { directory } = resident;
  const over = new AbortController();
  const strike = async (kind: ResidentStrike): Promise<void> => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    resident.signal(kind);
    if (kind === 'SIGSTOP') {
      await delay(chance.below(maxStopMs));
      resident.signal('SIGCONT');
      return;
    }
    await resident.ended;
    await delay(chance.below(2000));
    resident = await restart(directory);
  };
  const striking = (async () => {
    while (!over.signal.aborted) {
      await delay(minPauseMs + chance.below(maxPauseMs - minPauseMs));
      await strike(chance.oneOf(residentStrikes));
    }
  })();
  return {
    directory,
    counts,
    calm: async () => {
      over.abort();
      await striking;
      return resident;
    },
  };
}

async function restart(directory: string): Promise<TestResident> {
  const until = Date.now() + maxStartMs;
  for (;;) {
    try {
      return await startTestResident(directory);
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(200);
    }
  }
}

/** It looks every two seconds whether a launcher is gone. */
const tidyMs = 6000;
const spareSlots = 64;

/** Of a resident that has nothing to do any more. @returns what is left of calls; null: nothing */
export async function findLeftovers(resident: TestResident): Promise<string | null> {
  await delay(tidyMs);
  const place = resident.place();
  const claims = readdirSync(`${place}/calls`);
  const slots = readdirSync(`${place}/slots`);
  const processes = processesOf(resident);
  const left = [
    ...claims.map((name) => `calls/${name}`),
    ...(slots.length > spareSlots ? [`${slots.length} slots`] : []),
    ...processes,
  ];
  return left.length === 0 ? null : left.join(', ');
}

/** Launchers and pumps that still know its directory. */
function processesOf({ directory, pid }: TestResident): string[] {
  const mark = `GITLAB_POD_EXECUTOR_RESIDENT=${directory}`;
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === pid) return [];
    try {
      const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
      // Its own helper, which holds the lock and ends with it.
      const isGuard = parentsOf(entry).includes(pid);
      return environment.includes(mark) && !isGuard && Number(entry) !== process.pid ? [words] : [];
    } catch {
      return [];
    }
  });
}

function parentsOf(entry: string): number[] {
  const parents: number[] = [];
  for (let at = entry; Number(at) > 1; at = `${parents.at(-1)}`) {
    const stat = readFileSync(`/proc/${at}/stat`, 'utf8');
    parents.push(Number(stat.replace(/^.*\) /s, '').split(' ')[1]));
  }
  return parents;
}

export interface Footprint {
  readonly descriptors: number;
  readonly megabytes: number;
}

export function footprintOf({ pid }: TestResident): Footprint {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    megabytes: Math.round(Number(kilobytes) / 1024),
  };
}
