// The body of a watch: one JSON object a line.
import type { IncomingMessage } from 'node:http';

export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

/** An object in etcd is 1.5 MB at most; as JSON in a watch a little more. */
const maxLineLength = 16 * 1024 * 1024;

/** Ends with the connection, whatever ends it. @throws when the server is silent for too long, or sends no JSON */
export async function* readWatchEvents(
  answer: IncomingMessage,
  silenceMilliseconds: number,
): AsyncGenerator<WatchEvent> {
  const silence = setTimeout(() => answer.destroy(new Error('the watch is silent')), silenceMilliseconds);
  let rest = '';
  answer.setEncoding('utf8');
  try {
    for await (const text of answer as AsyncIterable<string>) {
      silence.refresh();
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxLineLength) throw new Error('a line of the watch is too long');
      for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent;
    }
  } finally {
    clearTimeout(silence);
  }
}
