// Channel 2 of our programs in a container: short lines of ASCII, one word of ours or more each.

/** Of a line that is longer than any of ours only the end is kept, so that a flood costs no memory. */
const maxLineLength = 4096;

/** A sink that hands on each whole line, without its end. */
export function listenForLines(onLine: (line: string) => void): (chunk: Uint8Array) => undefined {
  let rest = '';
  return (chunk) => {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = (lines.pop() ?? '').slice(-maxLineLength);
    for (const line of lines) onLine(line);
    return undefined;
  };
}
