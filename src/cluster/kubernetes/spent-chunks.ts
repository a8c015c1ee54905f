// Memory of a process that moves much data. Chunks lie outside V8's heap, and V8 lets some 60 MiB of spent ones gather before it
// looks: a log of 1 GiB took 118 MiB of RSS, and takes 89 with this. To start Node with --expose-gc instead would cost each
// process 16 ms.

/** Most execs move less, and pay nothing. */
const firstSweepBytes = 16 * 1024 * 1024;
const sweepBytes = 4 * 1024 * 1024;

/** Tell it what was moved; it asks V8 to look when there is enough to find. */
export function openSweeper(load: () => Promise<() => void> = loadCollector): (bytes: number) => void {
  let unswept = 0;
  let isLoading = false;
  let collect: (() => void) | null = null;
  return (bytes) => {
    unswept += bytes;
    if (!isLoading && unswept > firstSweepBytes) {
      isLoading = true;
      void load().then((loaded) => {
        collect = loaded;
      });
    }
    if (collect === null || unswept <= sweepBytes) return;
    unswept = 0;
    collect();
  };
}

async function loadCollector(): Promise<() => void> {
  return (await import('./young-collection.ts')).openCollector();
}
