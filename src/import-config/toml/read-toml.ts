// A config.toml as plain values, with the place of each, and all of its mistakes at once: after the first one the parser is asked
// again without that line.
import { type AST, getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import type { KeyPath } from '../../policy/problem.ts';
import type { Mistake, Place } from '../../policy/yaml-source.ts';

/** More at once is not read, and the first ones often explain the others. */
const maxMistakes = 20;

export interface TomlSource {
  readonly value: Readonly<Record<string, unknown>>;
  /** Of a key; where there is none, of the nearest thing around it. */
  readonly placeOf: (path: KeyPath) => Place;
  /** The lines of each table, as they are written. */
  readonly tables: readonly TomlPart[];
  /** The lines of each key, likewise. */
  readonly keys: readonly TomlPart[];
}

export interface TomlPart {
  readonly path: KeyPath;
  readonly text: string;
  readonly line: number;
}

export type ParsedToml = { readonly source: TomlSource } | { readonly mistakes: readonly Mistake[] };

export function readToml(text: string): ParsedToml {
  const mistakes: Mistake[] = [];
  const lines = text.split('\n');
  for (;;) {
    const parsed = parse(lines.join('\n'));
    if ('program' in parsed)
      return mistakes.length > 0 ? { mistakes } : { source: sourceOf(parsed.program, text) };
    mistakes.push(parsed.mistake);
    const { line } = parsed.mistake;
    const isAgain = mistakes.filter((each) => each.line === line).length > 1;
    if (isAgain) mistakes.pop();
    if (isAgain || mistakes.length >= maxMistakes || lines[line - 1] === undefined) return { mistakes };
    lines[line - 1] = withoutMistake(lines[line - 1] ?? '', line);
  }
}

/** A table stays one, or its keys would seem to be those of the table above. */
function withoutMistake(line: string, number: number): string {
  if (/^\s*\[\[/.test(line)) return `[[unreadable-${number}]]`;
  return /^\s*\[/.test(line) ? `[unreadable-${number}]` : '';
}

function parse(text: string): { readonly program: AST.TOMLProgram } | { readonly mistake: Mistake } {
  try {
    return { program: parseTOML(text) };
  } catch (error) {
    const { message, lineNumber = 1, column = 0 } = error as Error & { lineNumber?: number; column?: number };
    return {
      mistake: atCause(
        text,
        {
          line: lineNumber,
          column: column + 1,
          message: inWords(message, text.split('\n')[lineNumber - 1] ?? ''),
        },
        twice.test(message),
      ),
    };
  }
}

/** The parser's word for a key that stands twice: the one mistake that it notices at its own line, and not where it goes on reading. */
const twice = /^Defining a/;

/** What ends a line too early is noticed at the beginning of the next. */
function atCause(text: string, { line, column, message }: Mistake, isTwice: boolean): Mistake {
  const before = text.split('\n').slice(0, line - 1);
  const at = before.findLastIndex((each) => each.trim() !== '' && !each.trim().startsWith('#'));
  if (column > 1 || at < 0 || isTwice) return { line, column, message };
  return {
    line: at + 1,
    column: (before[at] ?? '').trimEnd().length + 1,
    message: `${message}, at the end of the line`,
  };
}

/** `line`: as written. What Helm fills in is the usual mistake of a chart. */
function inWords(said: string, line: string): string {
  const hint = line.includes('{{') ? '; what Helm fills in must stand in quotes, or be written out' : '';
  return `this is no TOML: ${said.charAt(0).toLowerCase()}${said.slice(1)}${hint}`;
}

function sourceOf(program: AST.TOMLProgram, text: string): TomlSource {
  const places = new Map<string, Place>();
  const tables: TomlPart[] = [];
  const keys: TomlPart[] = [];
  const lines = text.split('\n');
  const part = (path: KeyPath, node: AST.TOMLNode): TomlPart => {
    const { start, end } = node.loc;
    return { path, text: lines.slice(start.line - 1, end.line).join('\n'), line: start.line };
  };
  const note = (path: KeyPath, { start }: AST.SourceLocation): void => {
    const key = JSON.stringify(path);
    if (!places.has(key)) places.set(key, { line: start.line, column: start.column + 1 });
  };
  const visit = (path: KeyPath, node: AST.TOMLKeyValue): void => {
    const own = [...path, ...node.key.keys.map(nameOf)];
    note(own, node.key.loc);
    keys.push(part(own, node));
    if (node.value.type === 'TOMLInlineTable') for (const each of node.value.body) visit(own, each);
  };
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') visit([], node);
    else {
      note(node.resolvedKey, node.loc);
      tables.push(part(node.resolvedKey, node));
      for (const each of node.body) visit(node.resolvedKey, each);
    }
  }
  const value = getStaticTOMLValue(program) as Readonly<Record<string, unknown>>;
  return { value, tables, keys, placeOf: (path) => nearestPlace(path, places) };
}

const nameOf = (key: AST.TOMLBare | AST.TOMLQuoted): string =>
  key.type === 'TOMLBare' ? key.name : key.value;

/** Its own, or that of the first thing in it, or that of what is around it. */
function nearestPlace(path: KeyPath, places: ReadonlyMap<string, Place>): Place {
  const own = places.get(JSON.stringify(path));
  const start = JSON.stringify(path).slice(0, -1);
  const inside = [...places].find(([key]) => key.startsWith(`${start},`))?.[1];
  if (path.length > 0 && (own ?? inside) !== undefined) return own ?? inside ?? { line: 1, column: 1 };
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.get(JSON.stringify(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return { line: 1, column: 1 };
}
