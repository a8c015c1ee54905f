// FIFOs for the logs of stages to come. Each is open at our end before a launcher can find it, so that a launcher which opens it
// meets a living resident or the end of file, and never waits for nobody.
import { close, constants, open as openCallback, openSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const openFile = promisify(openCallback);

/** Free ones at any time: as many stages may begin while `mkfifo` runs once. */
const spareSlots = 64;

export interface Slots {
  /** Makes sure that there are free ones. */
  readonly refill: () => Promise<void>;
  /** Opens the slot's FIFO for writing; nobody finds it from then on. @throws Error when nobody reads it, or there is none */
  readonly take: (slot: string) => Promise<number>;
  readonly pathOf: (slot: string) => string;
  /** Those that wait for a launcher. */
  readonly free: () => readonly string[];
  readonly drop: (slot: string) => Promise<void>;
}

export interface SlotsInput {
  /** Exists, and is ours alone. */
  readonly directory: string;
  /** Makes FIFOs, mode 0600. */
  readonly makeFifos: (paths: readonly string[]) => Promise<void>;
  /** New at each call: letters and digits. */
  readonly random: () => string;
}

export function openSlots({ directory, makeFifos, random }: SlotsInput): Slots {
  /** What holds each free FIFO open. */
  const free = new Map<string, number>();
  let refilling: Promise<void> | undefined;
  const pathOf = (slot: string): string => `${directory}/${slot}`;
  /** No shell finds a name with a dot by `*`. */
  const hiddenPathOf = (slot: string): string => `${directory}/.${slot}`;
  const makeSpare = async (): Promise<void> => {
    const fresh = Array.from({ length: spareSlots - free.size }, random);
    if (fresh.length === 0) return;
    await makeFifos(fresh.map(hiddenPathOf));
    for (const slot of fresh) {
      free.set(slot, openSync(hiddenPathOf(slot), constants.O_RDWR | constants.O_NONBLOCK));
      renameSync(hiddenPathOf(slot), pathOf(slot));
    }
  };
  const drop = async (slot: string): Promise<void> => {
    const holder = free.get(slot);
    free.delete(slot);
    await rm(pathOf(slot), { force: true });
    if (holder !== undefined) close(holder);
  };
  return {
    pathOf,
    free: () => [...free.keys()],
    drop,
    refill: () => {
      refilling ??= makeSpare().finally(() => {
        refilling = undefined;
      });
      return refilling;
    },
    take: async (slot) => {
      if (!free.has(slot)) throw new Error(`there is no free slot ${slot}`);
      try {
        return await openFile(pathOf(slot), constants.O_WRONLY | constants.O_NONBLOCK);
      } finally {
        await drop(slot);
      }
    },
  };
}
