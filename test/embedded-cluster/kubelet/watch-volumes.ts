// The kubelet's eviction manager, as far as one pod can call it up: an emptyDir that outgrows its sizeLimit, all of them together
// more than the containers' ephemeral-storage limits. What containers write beside volumes is not counted here.
import { type Dirent, promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { PodSpec } from '../pod/pod-schema.ts';
import type { PodContext } from './pod-worker.ts';
import { quantity, quantityText } from './quantity.ts';

/** A real kubelet looks every 10 s and more. */
const lookMs = 1000;
/** Looking at large volumes must not take over the machine: at most this share of the time. */
const maxShare = 0.1;
const blockSize = 512;

/** Returns how to stop watching. */
export function watchVolumes(context: PodContext): () => void {
  const total = totalLimit(context.pod.spec);
  const limited = context.held.volumes.some(({ sizeLimit }) => sizeLimit !== null);
  if (!limited && total === null) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const started = Date.now();
    const message = await excess(context, total);
    if (context.signal.aborted) return;
    if (message !== null) evict(context, message);
    else {
      const pause = Math.max(lookMs, (Date.now() - started) / maxShare);
      timer = setTimeout(() => void look(), pause);
    }
  };
  timer = setTimeout(() => void look(), lookMs);
  return () => clearTimeout(timer);
}

/** The kubelet's words; null: everything fits. */
async function excess({ held }: PodContext, total: number | null): Promise<string | null> {
  let used = 0;
  for (const { name, directory, sizeLimit, sizeLimitText, isMountPoint, isLasting } of held.volumes) {
    if (isMountPoint || isLasting) continue;
    const size = await usage(directory);
    used += size;
    if (sizeLimit !== null && size > sizeLimit)
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${sizeLimitText}". `;
  }
  if (total === null || used <= total) return null;
  return `Pod ephemeral local storage usage exceeds the total limit of containers ${quantityText(total)}. `;
}

/** null: no container has one. */
function totalLimit({ containers }: PodSpec): number | null {
  const limits = containers.flatMap(({ resources }) => resources?.limits?.['ephemeral-storage'] ?? []);
  return limits.length === 0 ? null : limits.map(quantity).reduce((sum, limit) => sum + limit, 0);
}

function evict({ settings, pod, fail }: PodContext, message: string): void {
  settings.recordEvent(pod, { type: 'Warning', reason: 'Evicted', message });
  void fail({ phase: 'Failed', reason: 'Evicted', message });
}

async function usage(directory: string): Promise<number> {
  let total = 0;
  for (const entry of await entriesOf(directory)) {
    const path = join(directory, entry.name);
    total += entry.isDirectory() ? await usage(path) : await sizeOf(path);
  }
  return total;
}

/** Things go while we look. */
const entriesOf = (directory: string): Promise<Dirent[]> =>
  fs.readdir(directory, { withFileTypes: true }).catch(() => []);

const sizeOf = (path: string): Promise<number> =>
  fs.lstat(path).then(
    ({ blocks }) => blocks * blockSize,
    () => 0,
  );
