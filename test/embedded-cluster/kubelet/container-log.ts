// What a container printed: kept in memory, line by line, with times; old lines go when there are too many, as by log rotation.

export interface LogLine {
  readonly time: Date;
  /** With its newline, unless the container ended without one. */
  readonly bytes: Buffer;
}

/** The kubelet's default for one log file (containerLogMaxSize). */
const keptBytes = 10 * 1024 * 1024;
const newline = 0x0a;

export type ContainerLog = ReturnType<typeof createContainerLog>;

export function createContainerLog(clock: () => Date) {
  const lines: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  const endListeners = new Set<() => void>();
  const partial = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  let size = 0;
  let ended = false;

  function add(bytes: Buffer): void {
    const line = { time: clock(), bytes };
    lines.push(line);
    size += bytes.length;
    while (size > keptBytes) size -= lines.shift()?.bytes.length ?? size;
    for (const listener of [...listeners]) listener(line);
  }

  return {
    write(chunk: Buffer, stream: 'stdout' | 'stderr'): void {
      let rest = Buffer.concat([partial[stream], chunk]);
      for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
        add(Buffer.from(rest.subarray(0, end + 1)));
        rest = rest.subarray(end + 1);
      }
      partial[stream] = Buffer.from(rest);
    },
    /** The container has ended: no more will come. */
    end(): void {
      for (const stream of ['stdout', 'stderr'] as const)
        if (partial[stream].length > 0) add(partial[stream]);
      ended = true;
      for (const listener of [...endListeners]) listener();
    },
    lines: (): readonly LogLine[] => lines,
    /** Returns how to stop following. */
    follow(onLine: (line: LogLine) => void, onEnd: () => void): () => void {
      if (ended) {
        onEnd();
        return () => undefined;
      }
      listeners.add(onLine);
      endListeners.add(onEnd);
      return () => {
        listeners.delete(onLine);
        endListeners.delete(onEnd);
      };
    },
  };
}
