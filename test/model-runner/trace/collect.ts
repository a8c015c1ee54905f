import type { Sink } from './sink.ts';

/** What comes out of a filter when these chunks go in, and it is closed. */
export function collect(makeFilter: (next: Sink) => Sink, chunks: readonly string[]): string {
  const out: string[] = [];
  const filter = makeFilter({ write: (chunk) => void out.push(chunk), close: () => undefined });
  for (const chunk of chunks) filter.write(chunk);
  filter.close();
  return out.join('');
}
