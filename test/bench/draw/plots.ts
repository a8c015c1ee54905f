// How things grow: a small plot each, both axes by powers of ten, with the line of what grows in proportion.
import { type Growth, short } from '../measure/rows.ts';
import { text } from './bars.ts';

const columns = 2;
const cell = { width: 480, height: 250 };
const frame = { left: 70, right: 30, top: 44, bottom: 44 };

export function drawPlots(growth: readonly Growth[]): string {
  const shown = growth.filter(({ points }) => points.length > 1);
  const height = Math.ceil(shown.length / columns) * cell.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * cell.width} ${height}" font-family="sans-serif">`,
    '<title>How memory, processor time and durations grow</title>',
    `<rect width="${columns * cell.width}" height="${height}" fill="#ffffff"/>`,
    ...shown.map((one, index) => {
      const x = (index % columns) * cell.width;
      const y = Math.floor(index / columns) * cell.height;
      return `<g transform="translate(${x} ${y})">\n${drawPlot(one)}\n</g>`;
    }),
    '</svg>',
    '',
  ].join('\n');
}

function drawPlot({ what, of, unit, points }: Growth): string {
  const inner = {
    width: cell.width - frame.left - frame.right,
    height: cell.height - frame.top - frame.bottom,
  };
  const first = points[0] ?? { x: 1, y: 1 };
  const linear = points.map(({ x }) => ({ x, y: (first.y * x) / first.x }));
  const xs = scaleOf(
    points.map(({ x }) => x),
    inner.width,
  );
  const ys = scaleOf(
    [...points, ...linear].map(({ y }) => y),
    inner.height,
  );
  const place = ({ x, y }: { readonly x: number; readonly y: number }) => ({
    x: frame.left + xs(x),
    y: cell.height - frame.bottom - ys(y),
  });
  const path = (line: Growth['points']): string =>
    line
      .map(place)
      .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
      .join(' ');
  return [
    text({ x: frame.left, y: 22, size: 14 }, `${what.replaceAll('`', '')} (${unit})`),
    `<polyline points="${path(linear)}" fill="none" stroke="#999999" stroke-dasharray="4 4"/>`,
    `<polyline points="${path(points)}" fill="none" stroke="#1565c0" stroke-width="2"/>`,
    ...points.map((point) => {
      const { x, y } = place(point);
      return [
        `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.5" fill="#1565c0"/>`,
        text({ x, y: y - 9, anchor: 'middle', size: 12 }, short(point.y)),
        text({ x, y: cell.height - 24, anchor: 'middle', size: 12 }, point.x.toLocaleString('en')),
      ].join('\n');
    }),
    text({ x: cell.width - frame.right, y: cell.height - 6, anchor: 'end', size: 12 }, of),
  ].join('\n');
}

/** @returns where a value stands on an axis of that length */
function scaleOf(values: readonly number[], length: number): (value: number) => number {
  const logs = values.map((value) => Math.log10(Math.max(value, 1e-3)));
  const low = Math.min(...logs);
  const span = Math.max(...logs) - low || 1;
  return (value) => ((Math.log10(Math.max(value, 1e-3)) - low) / span) * length;
}
