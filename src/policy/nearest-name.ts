// The known name that somebody probably meant.

/** Two typing errors, and never more than a third of the word: farther names only confuse. */
const mostEdits = 2;

/** null: nothing is near enough to be suggested. */
export function nearestName(written: string, known: Iterable<string>): string | null {
  const limit = Math.min(mostEdits, Math.floor(written.length / 3));
  let nearest: string | null = null;
  let fewest = limit + 1;
  for (const name of known) {
    if (Math.abs(name.length - written.length) >= fewest) continue;
    const edits = editDistance(written.toLowerCase(), name.toLowerCase());
    if (edits < fewest) [nearest, fewest] = [name, edits];
  }
  return nearest;
}

/** How many letters must be inserted, deleted or replaced (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
