// Lists in sentences.

/** `a`, `a or b`, `a, b, or c`. */
export function either(values: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(values);
}
