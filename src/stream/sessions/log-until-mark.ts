// Parts a stream of output where one script's log ends and the next one's will begin: at a mark that nobody else can know.
import type { ByteSink } from '../../cluster/cluster.ts';

/** @param onMark called once, when all that stands before the mark was taken; nothing may come after it */
export function logUntilMark(mark: string, log: ByteSink, onMark: () => void): ByteSink {
  const end = Buffer.from(mark);
  let held: Buffer = Buffer.alloc(0);
  return async (chunk) => {
    const bytes = Buffer.concat([held, chunk]);
    const at = bytes.indexOf(end);
    const until = at >= 0 ? at : bytes.byteLength - startOf(end, bytes);
    held = at >= 0 ? Buffer.alloc(0) : bytes.subarray(until);
    if (until > 0) await log(bytes.subarray(0, until));
    if (at >= 0) onMark();
  };
}

/** How many bytes at the end of `bytes` are the mark's first ones. */
function startOf(mark: Buffer, bytes: Buffer): number {
  for (let length = Math.min(mark.byteLength - 1, bytes.byteLength); length > 0; length--)
    if (bytes.subarray(-length).equals(mark.subarray(0, length))) return length;
  return 0;
}
