// What `unshare` and the program below it say on stderr.
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** `unshare --kill-child` of util-linux says so at its end, about a set of signals that it filled wrongly; it does its work all the same. */
const noise = 'unshare: sigprocmask unblock failed: Invalid argument';

export function onUnshareMessage(stderr: Readable | null, listen: (line: string) => void): void {
  if (stderr)
    createInterface({ input: stderr }).on('line', (line) => {
      if (line !== noise) listen(line);
    });
}
