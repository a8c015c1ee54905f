// What a YAML parser says of a text, without what only comes of something else that it says.

/** After a tab that indents, and where it ran out of stack, the parser has lost its way. `code`, `message`: of the `yaml` package. */
export function tellingErrors<T extends { readonly code: string; readonly message: string }>(
  errors: readonly T[],
): readonly T[] {
  const overflow = errors.find(({ message }) => message.includes('call stack'));
  if (overflow !== undefined) return [overflow];
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  return tabs.length > 0 ? tabs : errors;
}
