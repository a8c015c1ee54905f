// Puts the time and the stream in front of each line: `2026-11-20T23:35:14.501231Z 00O text`, `+` instead of the blank when the
// line goes on from the one before (GitLab Runner: buildlogger/internal/timestamper, FF_TIMESTAMPS).
import type { Sink } from './sink.ts';

/** 00: the runner, config, prepare; 01: run. */
export type StreamId = '00' | '01';
/** Output, error. */
export type StreamType = 'O' | 'E';

/** A line without an end is held back up to here. */
const maxHeldLineBytes = 8 * 1024;

export function stampLines(next: Sink, stream: { readonly id: StreamId; readonly type: StreamType }): Sink {
  let held = '';
  let continues = false;

  const header = (): string => {
    const flag = continues ? '+' : ' ';
    continues = false;
    return `${timestamp()} ${stream.id}${stream.type}${flag}`;
  };

  /** Gives on the held line with `text`, or a new one; the next write belongs to the same line. */
  const flushOpenLine = (text: string): void => {
    next.write(`${held === '' ? header() : held}${text}\n`);
    held = '';
    continues = true;
  };

  return {
    write(chunk) {
      const end = chunk.lastIndexOf('\n') + 1;
      for (const line of chunk.slice(0, end).match(/[^\n]*\n/g) ?? []) {
        next.write(held === '' ? header() + line : held + line);
        held = '';
      }
      const rest = chunk.slice(end);
      if (rest === '') return;
      // A carriage return is a progress bar or a section marker: shown at once.
      if (rest.includes('\r') || held.length + rest.length > maxHeldLineBytes) flushOpenLine(rest);
      else held = held === '' ? header() + rest : held + rest;
    },
    close() {
      if (held !== '') next.write(`${held}\n`);
      held = '';
      next.close();
    },
  };
}

/** Microseconds, as GitLab Runner prints them; the clock here has milliseconds, so the last three are noughts. */
function timestamp(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
