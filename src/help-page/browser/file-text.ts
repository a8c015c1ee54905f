// The field that holds a whole file: as high as its text, within reason, and with a way to a place in it.
import { find } from './elements.ts';

const minRows = 4;
const maxRows = 16;
/** Lines to show above the one that is looked for. */
const linesAbove = 3;

export function fitRows(area: HTMLTextAreaElement): void {
  const lines = area.value.split('\n', maxRows).length;
  area.rows = Math.max(minRows, Math.min(lines + 1, maxRows));
}

/** Selects from the place to the end of its line. Lines and columns count from 1. */
export function goToPlace({ line, column }: { readonly line: number; readonly column: number }): void {
  const area = find('file-text', HTMLTextAreaElement);
  const lines = area.value.split('\n');
  const before = lines.slice(0, line - 1).reduce((length, each) => length + each.length + 1, 0);
  const end = before + (lines[line - 1]?.length ?? 0);
  area.focus();
  area.setSelectionRange(Math.min(before + column - 1, end), end);
  area.scrollTop = Math.max(0, line - 1 - linesAbove) * Number.parseFloat(getComputedStyle(area).lineHeight);
  area.scrollLeft = 0;
  area.scrollIntoView({ block: 'nearest' });
}
