// Files by which a launcher takes a slot, and we answer: whoever makes SLOT first has it. They are removed once its process is gone,
// since only it reads the answer.
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { identityOf } from './caller.ts';

export interface Claims {
  /** @returns the process that holds the slot, or null */
  readonly holderOf: (slot: string) => Promise<number | null>;
  /** What the launcher ends with, once the log's FIFO is closed. `alone`: it goes on by itself, and asks no other resident. */
  readonly answer: (slot: string, end: number | 'alone') => Promise<void>;
  /** Removes what dead processes held. @returns their slots */
  readonly removeDead: () => Promise<readonly string[]>;
}

const slotName = /^[a-z0-9]+$/;
/** A process number and its line end. */
const processNumber = /^\d{1,10}\n$/;
const privateMode = 0o600;
/** From making a claim to writing it takes a launcher microseconds, unless it dies or the disk is full. */
const maxEmptyMilliseconds = 10_000;

export function openClaims(directory: string): Claims {
  const holderOf = async (slot: string): Promise<number | null> => {
    const text = await readFile(`${directory}/${slot}`, 'latin1').catch(() => '');
    return processNumber.test(text) ? Number(text) : null;
  };
  const isDead = async (slot: string): Promise<boolean> => {
    const pid = await holderOf(slot);
    if (pid !== null) return (await identityOf(pid)) === null;
    // An answer to a launcher that was gone by then has no claim.
    const madeAt = await stat(`${directory}/${slot}`).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    return Date.now() - madeAt > maxEmptyMilliseconds;
  };
  return {
    holderOf,
    answer: (slot, end) =>
      writeFile(`${directory}/${slot}.code`, `${end}\n`, { mode: privateMode, flag: 'wx' }),
    removeDead: async () => {
      const names = (await readdir(directory)).map((name) => name.replace(/\.(code|count)$/, ''));
      const dead: string[] = [];
      for (const slot of new Set(names)) if (slotName.test(slot) && (await isDead(slot))) dead.push(slot);
      await Promise.all(
        dead.flatMap((slot) =>
          ['.code', '.count', ''].map((end) =>
            rm(`${directory}/${slot}${end}`, { force: true, recursive: true }),
          ),
        ),
      );
      return dead;
    },
  };
}
