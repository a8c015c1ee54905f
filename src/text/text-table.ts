// A table for people, in a given number of columns: what does not fit is wrapped, never cut, and colours do not shift anything.

export interface Cell {
  /** Safe to print; its line breaks are kept. */
  readonly text: string;
  /** Colours one line that is aligned already. */
  readonly paint?: (text: string) => string;
}

export interface TextTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly (Cell | string)[])[];
  /** Columns of the screen. */
  readonly width: number;
  /** So many at the left are names, and wrap only where nothing else is left. */
  readonly names?: number;
}

const gap = '  ';
/** A wrapped column that is narrower reads like a ladder. */
const narrowestWrap = 12;

/** Lines without trailing space; the titles first, in capitals. */
export function textTable({ titles, rows, width, names = 0 }: TextTable): string[] {
  const head = titles.map((title) => ({ text: title.toUpperCase() }));
  const cells = [
    head,
    ...rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell))),
  ];
  const columns = titles.map((_, column) => cells.map((row) => row[column]?.text ?? ''));
  const widths = fitColumns(columns, width - gap.length * (titles.length - 1), names);
  return cells.flatMap((row) => layOut(row, widths));
}

/** Narrows the widest column first, so that short ones stay whole; breaks words (names to copy) only when nothing else is left. */
function fitColumns(columns: readonly (readonly string[])[], room: number, names: number): number[] {
  const widths = columns.map((texts) => widest(texts.flatMap((text) => text.split('\n'))));
  const words = columns.map((texts) => widest(texts.flatMap((text) => text.split(/\s/))));
  const whole = widths.slice(0, names);
  for (const minWidths of [[...whole, ...words.slice(names)], whole, []]) narrow(widths, minWidths, room);
  return widths;
}

function narrow(widths: number[], minWidths: readonly number[], room: number): void {
  for (let excess = widths.reduce((sum, each) => sum + each, 0) - room; excess > 0; excess--) {
    const spare = widths.map((width, column) =>
      width > Math.max(minWidths[column] ?? 0, narrowestWrap) ? width : 0,
    );
    const widestSpare = Math.max(...spare);
    if (widestSpare === 0) return;
    widths[spare.lastIndexOf(widestSpare)] = widestSpare - 1;
  }
}

function layOut(row: readonly Cell[], widths: readonly number[]): string[] {
  const wrapped = row.map(({ text }, column) => wrapText(text, widths[column] ?? narrowestWrap));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    row
      .map(({ paint = (text: string) => text }, column) => {
        const text = wrapped[column]?.[line] ?? '';
        const isLast = wrapped.slice(column + 1).every((lines) => (lines[line] ?? '') === '');
        return (
          (text === '' ? '' : paint(text)) +
          (isLast ? '' : ' '.repeat((widths[column] ?? 0) - displayWidth(text)) + gap)
        );
      })
      .join('')
      .trimEnd(),
  );
}

/** Breaks at spaces, keeps line breaks and indents, and breaks a word only when it is longer than a whole line. */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const words = paragraph.trimStart();
    const indent = ' '.repeat(paragraph.length - words.length);
    return wrapParagraph(words, width - indent.length).map((line) => indent + line);
  });
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ').flatMap((each) => breakWord(each, width))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (line === '' || displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

function breakWord(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const pieces = [''];
  for (const character of characters(word)) {
    const last = pieces.at(-1) ?? '';
    if (displayWidth(last + character) > width) pieces.push(character);
    else pieces[pieces.length - 1] = last + character;
  }
  return pieces;
}

const widest = (lines: readonly string[]): number => Math.max(...lines.map(displayWidth));

/** Chinese, Japanese, Korean and emoji take two columns of a terminal (Unicode, UAX #11). */
const doubleWidth =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}/u;

function displayWidth(text: string): number {
  let width = 0;
  for (const character of characters(text)) width += doubleWidth.test(character) ? 2 : 1;
  return width;
}

/** As a reader counts them: an accent or a skin tone belongs to what it modifies. */
function characters(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
