// What was measured, and how it is printed.

export interface Sample {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export interface Goal {
  /** Of the quotient of the two medians, or of ours alone. */
  readonly of: 'ratio' | 'value';
  readonly sign: '≤' | '≥';
  readonly bound: number;
}

/** One comparison. */
export interface Row {
  readonly what: string;
  readonly unit: 'ms' | 'MB' | 'MB/s' | '% of a core' | 'requests' | 'processes';
  readonly ours: Sample;
  readonly against?: string;
  readonly theirs?: Sample;
  /** False: the row is a figure beside another, and their quotient says nothing. */
  readonly isRatio?: boolean;
  readonly goal?: Goal;
}

/** How something grows. */
export interface Growth {
  readonly what: string;
  readonly of: string;
  readonly unit: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Results {
  readonly facts: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly growth: readonly Growth[];
}

export const atMost = (bound: number): Goal => ({ of: 'ratio', sign: '≤', bound });
export const atLeast = (bound: number): Goal => ({ of: 'ratio', sign: '≥', bound });
export const valueAtMost = (bound: number): Goal => ({ of: 'value', sign: '≤', bound });

export function sampleOf(values: readonly number[]): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return {
    median: at(Math.floor(sorted.length / 2)),
    low: at(0),
    high: at(sorted.length - 1),
    count: sorted.length,
  };
}

/** null: the row has none. */
export function ratioOf({ ours, theirs, isRatio = true }: Row): number | null {
  return theirs === undefined || !isRatio ? null : ours.median / theirs.median;
}

/** null: nobody aims at anything. */
export function isMet(row: Row): boolean | null {
  if (row.goal === undefined) return null;
  const { of, sign, bound } = row.goal;
  const value = of === 'value' ? row.ours.median : (ratioOf(row) ?? Number.NaN);
  return sign === '≤' ? value <= bound : value >= bound;
}

export function rowTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const ratio = ratioOf(row);
    const cells = [
      row.what,
      quantity(row.ours, row.unit),
      row.theirs === undefined ? '' : `${row.against}: ${quantity(row.theirs, row.unit)}`,
      ratio === null ? '' : `${ratio.toFixed(2)}×`,
      goalText(row),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| what | ours | against | ratio | goal |', '|---|---|---|---:|---|', ...lines, ''].join('\n');
}

export function growthTable(growth: readonly Growth[]): string {
  return growth
    .map(({ what, of, unit, points }) => {
      const head = `| ${what} | ${points.map(({ x }) => `${x.toLocaleString('en')} ${of}`).join(' | ')} |`;
      const cells = points.map(({ y }) => `${short(y)} ${unit}`);
      return `${head}\n|---|${points.map(() => '---:|').join('')}\n| | ${cells.join(' | ')} |\n`;
    })
    .join('\n');
}

function goalText(row: Row): string {
  if (row.goal === undefined) return '';
  const { of, sign, bound } = row.goal;
  const wanted = `${sign} ${bound}${of === 'ratio' ? '×' : ` ${row.unit}`}`;
  return isMet(row) ? `${wanted}: met` : `${wanted}: **not met**`;
}

export function quantity({ median, low, high, count }: Sample, unit: Row['unit']): string {
  const spread = count > 1 ? ` (${short(low)}–${short(high)})` : '';
  return `${short(median)} ${unit}${spread}`;
}

export function short(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
