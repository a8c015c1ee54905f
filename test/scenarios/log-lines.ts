// Which of the wanted lines a log lacks.

/**
 * Lines must come in their order, with anything between them. A line in slashes is a regular expression for a whole line.
 * @returns the first wanted line that is missing after those before it; null: all are there
 */
export function firstMissing(log: string, wanted: readonly string[]): string | null {
  const lines = log.split('\n').map((line) => line.trimEnd());
  let from = 0;
  for (const line of wanted) {
    const at = lines.findIndex((candidate, index) => index >= from && matches(candidate, line));
    if (at < 0) return line;
    from = at + 1;
  }
  return null;
}

/** The unwanted lines, or parts of lines, that a log has. */
export function unwantedIn(log: string, unwanted: readonly string[]): readonly string[] {
  return unwanted.filter((text) => {
    const expression = expressionOf(text);
    return expression ? new RegExp(expression, 'm').test(log) : log.includes(text);
  });
}

function matches(line: string, wanted: string): boolean {
  const expression = expressionOf(wanted);
  return expression ? new RegExp(`^(?:${expression})$`).test(line) : line === wanted;
}

function expressionOf(text: string): string | undefined {
  return /^\/(.*)\/$/.exec(text)?.[1];
}
