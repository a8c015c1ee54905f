// The end of a resident that was asked to end: its calls have a while to end too. What still runs then goes on without us.
import type { Resident } from '../../src/resident/resident.ts';

/** @param milliseconds then this process ends, with all that calls still hold: their launchers take that for its death, and take over */
export async function drainOrLeave(
  resident: Pick<Resident, 'drain' | 'served'>,
  { milliseconds, report }: { readonly milliseconds: number; readonly report: (line: string) => void },
): Promise<void> {
  const isDrained = await Promise.race([
    resident.drain().then(() => true),
    new Promise<false>((resolve) => void setTimeout(() => resolve(false), milliseconds).unref()),
  ]);
  report(`Served ${resident.served()} calls.`);
  if (!isDrained) process.exit(0);
}
