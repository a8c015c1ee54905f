// A list of any length for people: its first ones, each as far as anybody reads, and how many more there are.

/** Whoever wants to read on knows where it is written. */
const maxShown = 10;
const maxTextLength = 100;

export function shortList(texts: readonly string[], { maxLength = maxTextLength } = {}): string {
  const shown = texts
    .slice(0, maxShown)
    .map((text) => (text.length > maxLength ? `${text.slice(0, maxLength)}…` : text));
  const rest = texts.length > maxShown ? ` and ${texts.length - maxShown} more` : '';
  return `${shown.join(', ')}${rest}`;
}
