// What launchers write into the resident's FIFO: a line each, short enough to arrive in one piece (PIPE_BUF, 4096 bytes).
export type Request =
  | {
      readonly kind: 'call';
      readonly slot: string;
      readonly pid: number;
      readonly argumentCount: number;
      /** Bytes of the log, by residents before this one; null: it is the first that is asked. */
      readonly delivered: number | null;
    }
  | { readonly kind: 'stop'; readonly slot: string };

/** Longer than any of ours; a writer that never ends its line gets no more of our memory. */
const maxLineBytes = 256;

const callLine = /^call ([a-z0-9]{1,40}) ([1-9]\d{0,9}) ([1-9]\d?)(?: (\d{1,15}))?$/;
const stopLine = /^stop ([a-z0-9]{1,40})$/;

/** @returns null for what no launcher writes */
export function parseRequest(line: string): Request | null {
  const call = callLine.exec(line);
  if (call) {
    const [, slot = '', pid, argumentCount, bytes] = call;
    const delivered = bytes === undefined ? null : Number(bytes);
    return { kind: 'call', slot, pid: Number(pid), argumentCount: Number(argumentCount), delivered };
  }
  const slot = stopLine.exec(line)?.[1];
  return slot === undefined ? null : { kind: 'stop', slot };
}

/** Takes chunks as they come. @param onLine gets each line, and `''` for one that is too long */
export function splitRequests(onLine: (line: string) => void): (chunk: Uint8Array) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.length > maxLineBytes ? '' : line);
    // What remains of a line that is too long cannot be taken for a short one.
    if (rest.length > maxLineBytes) rest = rest.slice(0, maxLineBytes + 1);
  };
}
