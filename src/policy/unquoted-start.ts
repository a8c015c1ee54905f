// Patterns often begin with a character that means something else to YAML: `*` is an alias, `{` a map. What the YAML library says
// of such a line helps nobody who does not know of aliases, so it is answered in the words of a pattern.
import { isAlias, isScalar, type Node, visit } from 'yaml';

export interface UnquotedStart {
  /** Of the value's first character. */
  readonly offset: number;
  readonly message: string;
}

/** Nobody needs to read more of it. */
const maxShownLength = 100;

/** What stands before the value of a line: dashes, and a key. */
const beforeValue = /^\s*(?:-\s+)*(?:\w+:\s+)?/;

/** The value that a mistake of the YAML library is about, if its first character is to blame. */
export function findUnquotedStart(text: string, offset: number): UnquotedStart | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const start = beforeValue.exec(line)?.[0].length ?? 0;
  const value = line.slice(start).replace(/\s+#.*$|\s+$/, '');
  if (lineStart + start <= offset) {
    const message = describeValue(value);
    if (message !== null) return { offset: lineStart + start, message };
  }
  // In a list between brackets, as far as the next comma.
  const token = /^(?:[*@`%][^\s,\]}]*|[&!][^\s,\]}]*(?=\s*(?:[,\]}]|$)))/.exec(
    line.slice(offset - lineStart),
  )?.[0];
  if (token === undefined) return null;
  const before = braceBefore.exec(line.slice(0, offset - lineStart))?.[0] ?? '';
  return { offset: offset - before.length, message: askForQuotes(before + token) };
}

/** Of `{a,b}:*` YAML takes the first half for a key. */
const braceBefore = /(?:\{[^{}]*\}|\[[^[\]]*\])[^\s,{}[\]]*$/;

/** Few policies have one; a list of ten thousand patterns need not be looked through for it. */
const anyMark = /(?:^|[\s,[{])[*&!]| #[^\s#]/m;

/** What is no mistake to the library: aliases of nothing, anchors and tags without a value, and a text that a `#` cuts off. */
export function findStrayMarks(contents: Node | null, text: string): readonly UnquotedStart[] {
  const found: UnquotedStart[] = [];
  const anchors = new Set<string>();
  if (contents === null || !anyMark.test(text)) return found;
  visit(contents, {
    Node: (_, node) => {
      const offset = node.range?.[0] ?? 0;
      if (isAlias(node)) {
        if (!anchors.has(node.source))
          found.push(findUnquotedStart(text, offset) ?? strayAlias(node.source, offset));
        return;
      }
      if (node.anchor !== undefined) anchors.add(node.anchor);
      const cut = findCutText(node, text);
      if (cut !== null) found.push(cut);
      const mark = node.anchor === undefined ? node.tag : `&${node.anchor}`;
      if (!isScalar(node) || node.source !== '' || node.type !== 'PLAIN' || mark === undefined) return;
      const stray = findUnquotedStart(text, text.lastIndexOf(mark.charAt(0), offset));
      if (stray !== null) found.push(stray);
    },
  });
  return found;
}

/** `Ask in #ci`: who writes a comment puts a blank behind its sign, or has no words before it. */
function findCutText(node: Node, text: string): UnquotedStart | null {
  const [offset = 0, end = 0] = node.range ?? [];
  if (!isScalar(node) || node.type !== 'PLAIN' || !String(node.source).includes(' ')) return null;
  const [comment] = /^ +#[^\s#]\S*/.exec(text.slice(end, end + maxShownLength)) ?? [];
  if (comment === undefined) return null;
  const message = `this text ends before \`${comment.trim()}\`, which YAML takes for a comment; put the text in quotes, or a blank behind the \`#\``;
  return { offset, message };
}

function describeValue(value: string): string | null {
  if (/^(?:[*@`%,\]}]|[&!]\S*$|[|>][^-+\d\s])/.test(value)) return askForQuotes(value);
  // `{a,b}:*`, `{image} is not here`: a map, and behind it something that no map has.
  if (/^(?:\{.*\}|\[[^\]]*\])(?:[^\s,\]}]|\s+[^\s,\]}:])/.test(value)) return askForQuotes(value);
  if (/^("[^"]*"|'[^']*')(?:[^\s,\]}:]|\s+[^\s,\]}:])/.test(value))
    return `\`${shorten(value)}\` goes on after its closing quote; put the quotes around all of it`;
  // `Ours: scanned`: a key, where a value stands.
  return /^[^"'[{].*:(?:\s|$)/.test(value) ? askForQuotes(value, '`: `') : null;
}

function askForQuotes(value: string, cause = `\`${value.charAt(0)}\` at the start`): string {
  return `\`${shorten(value)}\` needs quotes, for YAML reads a ${cause} in its own way${inQuotes(value)}`;
}

function inQuotes(value: string): string {
  const quote = ['"', "'"].find((each) => !value.includes(each));
  return quote === undefined || value.length > maxShownLength ? '' : `; write \`${quote}${value}${quote}\``;
}

function strayAlias(name: string, offset: number): UnquotedStart {
  return { offset, message: askForQuotes(`*${name}`) };
}

function shorten(value: string): string {
  return value.length > maxShownLength ? `${value.slice(0, maxShownLength)}…` : value;
}
