// Amounts of bytes that were meant to be more: `memory: 4` is four bytes.
import { readQuantity } from './quantity.ts';

/** No container runs in less memory, and no disk is smaller. */
const minBytes = 1024 ** 2;

/** Nobody means more gibibytes by a bare number: those are mebibytes. */
const maxGibibytes = 64;

interface Expected {
  readonly minBytes: number;
  /** Up to which a bare number is taken for gibibytes. */
  readonly maxGibibytes: number;
}

/** null: an amount that can be meant, 0 among them. */
export function byteFault(
  written: string,
  expected: Expected = { minBytes: minBytes, maxGibibytes },
): string | null {
  const bytes = readQuantity(written);
  if (bytes === null || bytes === 0 || bytes >= expected.minBytes) return null;
  const count = /^\+?([1-9]\d*)m?$/.exec(written)?.[1];
  const text = `is ${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  if (count === undefined) return `${text}, too few to be meant; write one such as 512Mi or 4Gi`;
  const unit = Number(count) <= expected.maxGibibytes && !written.endsWith('m') ? 'Gi' : 'Mi';
  return `${text}; did you mean \`${count}${unit}\`?`;
}
