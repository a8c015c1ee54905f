// How far a launcher's pump is with a log. The log goes through it, and our messages go to GitLab Runner directly: one that follows a
// script's last bytes has to wait until the pump has written them, or it overtakes them.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A pump writes what it has within microseconds, unless GitLab Runner does not read, or the kernel does not count its writes. */
const maxWaitMilliseconds = 1000;
const maxPauseMilliseconds = 20;

export interface LogDelivery {
  /** Settles when the pump has written so many bytes, or nobody can say, or it takes too long: then it is not waited for again. */
  readonly reaches: (bytes: number, signal: AbortSignal) => Promise<void>;
}

/** @param launcher its process; the pump is its only child */
export function watchLogDelivery(launcher: number): LogDelivery {
  let isWaitedFor = true;
  return {
    reaches: async (bytes, signal) => {
      const end = performance.now() + maxWaitMilliseconds;
      for (let pause = 1; isWaitedFor && !signal.aborted; pause = Math.min(2 * pause, maxPauseMilliseconds)) {
        const written = await writtenByPump(launcher);
        if (written === null || written >= bytes) return;
        isWaitedFor = performance.now() < end;
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** Bytes (proc(5): `wchar`). @returns null when it is gone, or a kernel does not say */
async function writtenByPump(launcher: number): Promise<number | null> {
  try {
    const children = await readFile(`/proc/${launcher}/task/${launcher}/children`, 'latin1');
    const pump = /^\d+/.exec(children)?.[0];
    if (pump === undefined) return null;
    const written = /^wchar: (\d+)$/m.exec(await readFile(`/proc/${pump}/io`, 'latin1'))?.[1];
    return written === undefined ? null : Number(written);
  } catch {
    return null;
  }
}
