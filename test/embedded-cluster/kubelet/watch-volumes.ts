// The kubelet's eviction manager, as far as one pod can call it up: an emptyDir that outgrows its sizeLimit.
import { type Dirent, promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { PodContext } from './pod-worker.ts';

/** A real kubelet looks every 10 s and more. */
const lookMs = 1000;
/** Looking at large volumes must not take over the machine: at most this share of the time. */
const largestShare = 0.1;
const blockSize = 512;

/** Returns how to stop watching. */
export function watchVolumes(context: PodContext): () => void {
  const limited = context.held.volumes.filter(({ sizeLimit }) => sizeLimit !== null);
  if (limited.length === 0) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const started = Date.now();
    for (const { name, directory, sizeLimit, sizeLimitText } of limited) {
      if (context.signal.aborted) return;
      if ((await usage(directory)) > (sizeLimit ?? 0)) {
        evict(context, `Usage of EmptyDir volume "${name}" exceeds the limit "${sizeLimitText}". `);
        return;
      }
    }
    const pause = Math.max(lookMs, (Date.now() - started) / largestShare);
    timer = setTimeout(() => void look(), pause);
  };
  timer = setTimeout(() => void look(), lookMs);
  return () => clearTimeout(timer);
}

function evict({ settings, pod, fail }: PodContext, message: string): void {
  settings.recordEvent(pod, { type: 'Warning', reason: 'Evicted', message });
  void fail({ phase: 'Failed', reason: 'Evicted', message });
}

async function usage(directory: string): Promise<number> {
  let total = 0;
  let entries: Dirent[];
  try {
    entries = await fs.readdir(directory, { withFileTypes: true });
  } catch {
    // It went while we looked.
    return 0;
  }
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) total += await usage(path);
    else total += await sizeOf(path);
  }
  return total;
}

const sizeOf = (path: string): Promise<number> =>
  fs.lstat(path).then(
    ({ blocks }) => blocks * blockSize,
    () => 0,
  );
