// `$NAME` and `${NAME}` in a text, as Go's os.Expand reads them. Every character is looked at once, whatever the text is, and what
// comes out is bounded: a job's text is a stranger's.

const specialName = /^[*#$@!?\-0-9]$/;
const word = /\w*/y;

export interface ExpandTextInput {
  readonly text: string;
  /** Characters of the result. */
  readonly maxLength: number;
  /** What stands for a reference; `written` is the reference itself. null: it is longer than it may be. */
  readonly find: (name: string, written: string) => string | null;
}

/** @returns null where the result would be longer than it may be; nothing longer is ever held */
export function expandText({ text, maxLength, find }: ExpandTextInput): string | null {
  const parts: string[] = [];
  let length = 0;
  const lastBrace = text.lastIndexOf('}');
  const put = (part: string): boolean => {
    length += part.length;
    if (part !== '') parts.push(part);
    return length <= maxLength;
  };
  let at = 0;
  for (;;) {
    const dollar = text.indexOf('$', at);
    // One at the very end is a dollar.
    if (dollar < 0 || dollar === text.length - 1) return put(text.slice(at)) ? parts.join('') : null;
    if (!put(text.slice(at, dollar))) return null;
    const { name, end } = readName(text, dollar + 1, lastBrace);
    const value = name === null ? '' : name === '' ? '$' : find(name, text.slice(dollar, end));
    if (value === null || !put(value)) return null;
    at = end;
  }
}

/** `name`: null for a brace that opens none and is dropped, '' where the dollar stands for itself. */
function readName(text: string, at: number, lastBrace: number): { name: string | null; end: number } {
  const first = text.charAt(at);
  if (first === '{') {
    // Looked for only where there is one: a text of opening braces is not searched to its end for each.
    if (lastBrace < at) return { name: null, end: at + 1 };
    const close = text.indexOf('}', at);
    return { name: text.slice(at + 1, close) || null, end: close + 1 };
  }
  if (specialName.test(first)) return { name: first, end: at + 1 };
  word.lastIndex = at;
  const [name = ''] = word.exec(text) ?? [];
  return { name, end: at + name.length };
}
