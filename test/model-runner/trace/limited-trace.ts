// The log as the runner sends it to GitLab: valid UTF-8, and no more than output_limit (GitLab Runner: helpers/trace/buffer.go).
import { StringDecoder } from 'node:string_decoder';
import { colours } from './colours.ts';
import type { Sink } from './sink.ts';

export interface LimitedTrace extends Sink {
  /** What was written so far. */
  bytes(): Buffer;
}

export function limitedTrace(limitBytes: number, onBytes: (bytes: Buffer) => void): LimitedTrace {
  const decoder = new StringDecoder('utf8');
  const chunks: Buffer[] = [];
  let written = 0;

  const keep = (bytes: Buffer): void => {
    chunks.push(bytes);
    written += bytes.length;
    onBytes(bytes);
  };

  const append = (text: string): void => {
    const room = limitBytes - written;
    if (room <= 0 || text === '') return;
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length < room) {
      keep(bytes);
      return;
    }
    keep(wholeCharacters(bytes.subarray(0, room)));
    keep(Buffer.from(limitNotice(limitBytes)));
    // The notice took the log past its limit, so nothing follows.
  };

  return {
    write: (chunk) => append(decoder.write(Buffer.from(chunk, 'latin1'))),
    close: () => append(decoder.end()),
    bytes: () => Buffer.concat(chunks),
  };
}

function limitNotice(limitBytes: number): string {
  return (
    `\n${colours.boldYellow}Job's log exceeded limit of ${limitBytes} bytes.\n` +
    `Job execution will continue but no more output will be collected.${colours.reset}\n`
  );
}

/** Without a character that was cut in half at the end. */
function wholeCharacters(bytes: Buffer): Buffer {
  const decoder = new StringDecoder('utf8');
  return Buffer.from(decoder.write(bytes), 'utf8');
}
