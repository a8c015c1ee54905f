// What a YAML parser says of a text, without what only comes of something else that it says.

/** After a tab that indents, the parser has lost its way. `code`: of the `yaml` package. */
export function tellingErrors<T extends { readonly code: string }>(errors: readonly T[]): readonly T[] {
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  return tabs.length > 0 ? tabs : errors;
}
