// The known name that somebody probably meant.

/** Two typing errors, and never more than a third of the word: farther names only confuse. */
const maxEdits = 2;

/** null: nothing is near enough to be suggested. */
export function nearestName(written: string, known: Iterable<string>): string | null {
  const limit = Math.min(maxEdits, Math.floor(written.length / 3));
  let nearest: string | null = null;
  let minEdits = limit + 1;
  for (const name of known) {
    if (Math.abs(name.length - written.length) >= minEdits) continue;
    const edits = editDistance(written.toLowerCase(), name.toLowerCase());
    if (edits < minEdits) [nearest, minEdits] = [name, edits];
  }
  return nearest;
}

/** How many letters must be inserted, deleted, replaced or swapped with their neighbour. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = at(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwap && row > 1 && column > 1 ? at(beforeLast, column - 2) + 1 : replaced;
      next.push(Math.min(replaced, swapped, at(last, column) + 1, at(next, column - 1) + 1));
    }
    [beforeLast, last] = [last, next];
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
