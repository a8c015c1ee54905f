// A list of any length for people: its first ones, and how many more there are.

/** Whoever wants to read on knows where it is written. */
const most = 10;

export function shortList(texts: readonly string[]): string {
  const shown = texts.slice(0, most).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}
