// Reads the YAML that kubectl, kubeadm and kind write: nested keys, lists of entries, one plain word as a value. Anything else is
// left to the YAML parser, which costs a `run` 20 ms. Where this gives an answer, it is the parser's (a property test holds that).

interface Line {
  readonly indent: number;
  readonly text: string;
}

interface Cursor {
  readonly lines: Line[];
  next: number;
}

class NotSimple extends Error {}

/** undefined: not simple enough */
export function parseSimpleYaml(text: string): unknown {
  try {
    const cursor = { lines: splitLines(text), next: 0 };
    const value = readBlock(cursor, 0);
    return cursor.next === cursor.lines.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotSimple) return undefined;
    throw error;
  }
}

function splitLines(text: string): Line[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const content = line.trimStart();
    // Tabs, blanks at the end and carriage returns mean something only in places that we leave to the parser.
    if (!/^ *[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(line)) throw new NotSimple();
    return { indent: line.length - content.length, text: content };
  });
}

function readBlock(cursor: Cursor, indent: number): unknown {
  if (peek(cursor, indent) === null) throw new NotSimple();
  return peekItem(cursor, indent) === null ? readMap(cursor, indent) : readList(cursor, indent);
}

function readList(cursor: Cursor, indent: number): unknown[] {
  const items: unknown[] = [];
  for (let line = peekItem(cursor, indent); line !== null; line = peekItem(cursor, indent)) {
    const text = line.text.slice(2);
    if (/^[\w-]+:( |$)/.test(text)) {
      // The map begins behind the dash.
      cursor.lines[cursor.next] = { indent: indent + 2, text };
      items.push(readMap(cursor, indent + 2));
    } else {
      cursor.next += 1;
      items.push(readWord(text));
    }
  }
  return items;
}

function readMap(cursor: Cursor, indent: number): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (let line = peek(cursor, indent); line !== null; line = peek(cursor, indent)) {
    if (line.text.startsWith('- ')) break;
    const [, key, word] = /^([a-zA-Z][\w-]*):(?: (.+))?$/.exec(line.text) ?? [];
    if (key === undefined || isSpecial(key) || Object.hasOwn(map, key)) throw new NotSimple();
    cursor.next += 1;
    map[key] = word === undefined ? readNested(cursor, indent) : readWord(word);
  }
  return map;
}

/** A list may stand as far left as its key. */
function readNested(cursor: Cursor, indent: number): unknown {
  if (peekItem(cursor, indent) !== null) return readList(cursor, indent);
  const line = cursor.lines[cursor.next];
  if (line === undefined || line.indent <= indent) throw new NotSimple();
  return readBlock(cursor, line.indent);
}

/** The next line, if it stands just there. */
function peek({ lines, next }: Cursor, indent: number): Line | null {
  const line = lines[next];
  return line?.indent === indent ? line : null;
}

function peekItem(cursor: Cursor, indent: number): Line | null {
  const line = peek(cursor, indent);
  return line?.text.startsWith('- ') ? line : null;
}

function readWord(word: string): unknown {
  if (word === '{}') return {};
  if (word === '[]') return [];
  if (word === 'true' || word === 'false') return word === 'true';
  const quoted = /^"([\w+/=.:@, -]*)"$/.exec(word)?.[1];
  if (quoted !== undefined) return quoted;
  if (!/^[a-zA-Z/][\w+/=.:@,-]*$/.test(word) || word.endsWith(':') || isSpecial(word)) throw new NotSimple();
  return word;
}

/** Words that are no text to YAML, or were none in one of its versions. */
function isSpecial(word: string): boolean {
  return /^(null|true|false|yes|no|on|off|y|n|inf|nan)$/i.test(word);
}
