// How GitLab Runner quotes a word for the shell (helpers/shell_escape.go).

export type Quote = (text: string) => string;

/** `$'…'`, which bash and busybox ash understand and dash does not. */
export function quoteAnsiC(text: string): string {
  if (text === '') return "''";
  const bytes = [...Buffer.from(text, 'utf8')];
  const escaped = bytes.map(escapeByte).join('');
  return /^[-,./0-9@A-Za-z_]*$/.test(text) ? text : `$'${escaped}'`;
}

const namedEscapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  "'": "\\'",
  '\\': '\\\\',
};

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  const named = namedEscapes[character];
  if (named !== undefined) return named;
  return byte >= 0x20 && byte < 0x7f ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Double quotes, for any POSIX shell (FF_POSIXLY_CORRECT_ESCAPES). */
export function quotePosix(text: string): string {
  if (text === '') return "''";
  const escaped = text.replace(/[`"\\$]/g, '\\$&');
  return /[`"\\$ !#%&()*<=>?[|]/.test(text) ? `"${escaped}"` : escaped;
}

/** Kept open for variables of the shell. */
export function doubleQuote(text: string): string {
  return `"${text}"`;
}
