// Serves stages for any number of jobs. It holds nothing of a job beyond its call, so that its death costs a reconnect: the launcher
// meets the log's end without an answer, and works on, alone.
import { constants, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { SystemFailure } from '../outcome/system-failure.ts';
import { startTimeOf } from './caller.ts';
import { openClaims } from './claims.ts';
import { parseRequest, type Request, splitRequests } from './request.ts';
import { clearResidentDirectory, makeRequests, type ResidentDirectory } from './resident-directory.ts';
import { openRunningCalls, type RunningCallsInput } from './running-calls.ts';
import { openSlots, type SlotsInput } from './slots.ts';

/** How soon it is noticed that a launcher, or its GitLab Runner, was killed. */
const checkMilliseconds = 2000;

export interface ResidentInput
  extends Omit<SlotsInput, 'directory'>,
    Omit<RunningCallsInput, 'slots' | 'claims'> {
  readonly directory: ResidentDirectory;
  /** The process that serves. */
  readonly pid: number;
}

export interface Resident {
  /** Running calls. */
  readonly count: () => number;
  /** Calls that were answered. */
  readonly served: () => number;
  /** Takes no new calls. Settles when none is left. */
  readonly drain: () => Promise<void>;
}

/** @throws Error when the directory's files cannot be made, SystemFailure where /proc shows nothing */
export async function startResident(input: ResidentInput): Promise<Resident> {
  const { directory, makeFifos, report } = input;
  const startTime = await startTimeOf(input.pid);
  if (startTime === null) throw blind(input.pid);
  await clearResidentDirectory(directory);
  const slots = openSlots({ ...input, directory: directory.slots });
  const claims = openClaims(directory.calls);
  const calls = openRunningCalls({ ...input, slots, claims });
  let isDraining = false;
  const refill = async (): Promise<void> => {
    if (isDraining) return;
    await slots.refill().catch((error: unknown) => report((error as Error).message));
  };
  await slots.refill();
  await makeRequests(directory, makeFifos);
  const requests = listenForRequests(directory.requests, (request) => {
    calls.handle(request);
    if (request.kind === 'call') void refill();
  });
  const ourselves = `${input.pid} ${startTime}\n`;
  await writeFile(directory.pid, ourselves);
  const check = async (): Promise<void> => {
    await calls.giveUpDead();
    for (const slot of await claims.removeDead()) await slots.drop(slot);
    await refill();
  };
  const timer = setInterval(
    () => void check().catch((error: unknown) => report(`${(error as Error).message}.`)),
    checkMilliseconds,
  );
  return {
    count: calls.count,
    served: calls.served,
    drain: async () => {
      isDraining = true;
      for (const slot of slots.free()) await slots.drop(slot);
      // Until then launchers may ask to stop.
      await calls.ended();
      clearInterval(timer);
      requests.destroy();
      // Once our lock was lost, it may be another resident's.
      const serving = await readFile(directory.pid, 'latin1').catch(() => '');
      if (serving === ourselves) await clearResidentDirectory(directory);
    },
  };
}

function blind(pid: number): SystemFailure {
  return new SystemFailure('resident', {
    what: `Cannot serve: /proc/${pid}/stat, which is about this very process, cannot be read.`,
    why: 'The resident knows from /proc alone who asks it, and launchers know from there that it lives.',
    operator: 'mount /proc where the resident runs. Without a resident each stage works alone.',
  });
}

function listenForRequests(path: string, onRequest: (request: Request) => void): Socket {
  // Open for writing too: with no launcher about there would be an end of file.
  const socket = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), readable: true });
  const onLine = (line: string): void => {
    const request = parseRequest(line);
    if (request) onRequest(request);
  };
  return socket.on('data', splitRequests(onLine));
}
