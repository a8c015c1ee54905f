// Files by which a launcher takes a slot, and we answer: whoever makes SLOT first has it. They are removed once its process is gone,
// since only it reads the answer.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { identityOf } from './caller.ts';

export interface Claims {
  /** @returns the process that holds the slot, or null */
  readonly holderOf: (slot: string) => Promise<number | null>;
  /** What the launcher ends with, once the log's FIFO is closed. */
  readonly answer: (slot: string, exitCode: number) => Promise<void>;
  /** Removes what dead processes held. @returns their slots */
  readonly removeDead: () => Promise<readonly string[]>;
}

const slotName = /^[a-z0-9]+$/;
/** A process number and its line end. */
const processNumber = /^\d{1,10}\n$/;
const privateMode = 0o600;

export function openClaims(directory: string): Claims {
  const holderOf = async (slot: string): Promise<number | null> => {
    const text = await readFile(`${directory}/${slot}`, 'latin1').catch(() => '');
    return processNumber.test(text) ? Number(text) : null;
  };
  const isDead = async (slot: string): Promise<boolean> => {
    const pid = await holderOf(slot);
    // An empty file: whoever made it is about to write, or died before it could. A slot is cheap, so it is never used again.
    return pid !== null && (await identityOf(pid)) === null;
  };
  return {
    holderOf,
    answer: (slot, exitCode) =>
      writeFile(`${directory}/${slot}.code`, `${exitCode}\n`, { mode: privateMode, flag: 'wx' }),
    removeDead: async () => {
      const slots = (await readdir(directory)).filter((name) => slotName.test(name));
      const dead: string[] = [];
      for (const slot of slots) if (await isDead(slot)) dead.push(slot);
      await Promise.all(
        dead.flatMap((slot) =>
          ['.code', '.count', ''].map((end) => rm(`${directory}/${slot}${end}`, { force: true })),
        ),
      );
      return dead;
    },
  };
}
