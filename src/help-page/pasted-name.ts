// What people paste: often a whole line of a .gitlab-ci.yml, or a name with the blanks around it.

/** The name in a pasted text: without blanks around it, a YAML key or list mark before it, quotes, or a comment after it. */
export function readPastedName(text: string): string {
  const line = text
    .trim()
    .replace(/^-\s+/, '')
    .replace(/^(?:image|name|services)\s*:\s+(?:-\s+)?/, '');
  const quoted = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(line);
  return quoted?.[2] ?? line.replace(/\s+#.*$/, '');
}
