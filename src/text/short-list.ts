// A list of any length for people: its first ones, each as far as anybody reads, and how many more there are.

/** Whoever wants to read on knows where it is written. */
const most = 10;
const maxTextLength = 100;

export function shortList(texts: readonly string[], { longest = maxTextLength } = {}): string {
  const shown = texts
    .slice(0, most)
    .map((text) => (text.length > longest ? `${text.slice(0, longest)}…` : text));
  const rest = texts.length > most ? ` and ${texts.length - most} more` : '';
  return `${shown.join(', ')}${rest}`;
}
