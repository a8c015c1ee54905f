// What people paste: often a whole line of a .gitlab-ci.yml, or a name with the blanks around it.

/** Several lines of which the first begins a map, or has a list mark: no line of a file alone. */
export function isWholeFile(text: string): boolean {
  const lines = text.split('\n').filter((line) => /\S/.test(line) && !/^\s*#/.test(line));
  return lines.length > 1 && lines.some((line) => /^\s*(?:-\s+)?[^\s:][^:]*:(?:\s|$)/.test(line));
}

/** The name in a pasted text: without blanks around it, a YAML key or list mark before it, quotes, or a comment after it. */
export function readPastedName(text: string): string {
  const line = text
    .trim()
    .replace(/^-\s+/, '')
    .replace(/^(?:image|name|services)\s*:\s+(?:-\s+)?/, '');
  const quoted = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(line);
  return quoted?.[2] ?? line.replace(/\s+#.*$/, '');
}
