// The log's way through the runner is a chain of sinks. Text is one character a byte (latin1), so that a filter may cut anywhere.

export interface Sink {
  write(chunk: string): void;
  /** Gives on what is held back, then closes the next one. */
  close(): void;
}

/** What stands in the log for something hidden; as a whole chunk it passes every later filter untouched. */
export const mask = '[MASKED]';

export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The longest end of `text` that could be the beginning of `word`. */
export function openEnd(text: string, word: string): string {
  for (let length = Math.min(text.length, word.length - 1); length > 0; length--) {
    const end = text.slice(-length);
    if (word.startsWith(end)) return end;
  }
  return '';
}
