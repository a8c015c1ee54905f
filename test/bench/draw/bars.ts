// Each row with a goal as a bar, measured by its goal: whatever ends before the line is met.
import { isMet, type Row, ratioOf, short } from '../measure/rows.ts';

const width = 1200;
const barsFrom = 520;
const barsTo = 1000;
const lineHeight = 30;
const top = 56;
/** In goals; a longer bar is cut, and says so by its number. */
const longest = 2;

export function drawBars(rows: readonly Row[]): string {
  const shown = rows.filter(({ goal }) => goal !== undefined);
  const goalAt = barsFrom + (barsTo - barsFrom) / longest;
  const bottom = top + shown.length * lineHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 24}" font-family="sans-serif" font-size="13">`,
    '<title>Each row that has a goal, as a part of it</title>',
    `<rect width="${width}" height="${bottom + 24}" fill="#ffffff"/>`,
    text({ x: 16, y: 26, size: 16 }, 'What it costs, measured by the goals'),
    text({ x: goalAt, y: 44, anchor: 'middle', size: 12 }, 'goal'),
    ...shown.map((row, index) => drawBar(row, top + index * lineHeight)),
    `<line x1="${goalAt}" x2="${goalAt}" y1="${top - 6}" y2="${bottom}" stroke="#333333" stroke-width="2"/>`,
    '</svg>',
    '',
  ].join('\n');
}

function drawBar(row: Row, y: number): string {
  const part = Math.max(0, Math.min(partOfGoal(row), longest));
  const end = (barsTo - barsFrom) * (part / longest);
  const fill = isMet(row) ? '#2e7d32' : '#c62828';
  return [
    text({ x: barsFrom - 10, y: y + 17, anchor: 'end' }, row.what.replaceAll('`', '')),
    `<rect x="${barsFrom}" y="${y + 4}" width="${Math.max(end, 1).toFixed(1)}" height="18" fill="${fill}"/>`,
    text({ x: barsFrom + end + 6, y: y + 17, size: 12 }, valueText(row)),
  ].join('\n');
}

/** 1: just met; less is better, also where a large number is. */
function partOfGoal(row: Row): number {
  const { goal, ours } = row;
  if (goal === undefined) return 0;
  const value = goal.of === 'value' ? ours.median : (ratioOf(row) ?? 0);
  return goal.sign === '≤' ? value / goal.bound : goal.bound / value;
}

function valueText(row: Row): string {
  const { goal, ours, unit } = row;
  const unitText = goal?.of === 'value' ? ` ${unit}` : '×';
  const value = goal?.of === 'value' ? ours.median : (ratioOf(row) ?? 0);
  return `${short(value)}${unitText} (${goal?.sign} ${goal?.bound}${unitText})`;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
}

export function text({ x, y, anchor = 'start', size = 13 }: Place, words: string): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}" fill="#222222">${escaped}</text>`;
}
