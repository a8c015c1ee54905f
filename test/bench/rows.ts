// One measured comparison, and how it is printed.

export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: 'ms' | 'MB' | 'MB/s' | '% of a core';
  readonly against: string;
  /** What we aim at, in the row's own terms. */
  readonly goal: string;
  /** Not given: the row is a figure beside another, and their quotient says nothing. */
  readonly ratio?: number;
}

export function printRows(rows: readonly Row[]): void {
  console.log('\n| measured | ours | against | theirs | ratio | goal |\n|---|---:|---|---:|---:|---|');
  for (const { what, ours, theirs, unit, against, ratio, goal } of rows) {
    console.log(
      `| ${what} | ${ours.toFixed(1)} ${unit} | ${against} | ${theirs.toFixed(1)} ${unit} | ${ratio === undefined ? '' : ratio.toFixed(2)} | ${goal} |`,
    );
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
