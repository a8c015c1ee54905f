// Hides the exact values of masked variables, also when one arrives in pieces (GitLab Runner: buildlogger/internal/masker).
import { mask, openEnd, type Sink } from './sink.ts';

/** Longest value first, so that a value inside another one does not break it. */
export function maskValues(next: Sink, values: readonly string[]): Sink {
  return uniqueByLength(values).reduce(maskValue, next);
}

/** Trimmed, without the empty ones, shortest first (GitLab Runner: buildlogger/internal/unique.go). */
export function uniqueByLength(values: readonly string[]): readonly string[] {
  const trimmed = values.map((value) => value.trim()).filter((value) => value !== '');
  return [...new Set(trimmed)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

function maskValue(next: Sink, value: string): Sink {
  let held = '';
  return {
    write(chunk) {
      if (chunk === mask && held === '') {
        next.write(chunk);
        return;
      }
      const parts = (held + chunk).split(value);
      const last = parts.pop() ?? '';
      for (const part of parts) {
        if (part !== '') next.write(part);
        next.write(mask);
      }
      held = openEnd(last, value);
      const rest = last.slice(0, last.length - held.length);
      if (rest !== '') next.write(rest);
    },
    close() {
      if (held !== '') next.write(held);
      next.close();
    },
  };
}
