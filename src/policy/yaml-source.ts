// A YAML text as plain values, and where each of them stands. Bombs, cuts and duplicate keys end in mistakes, never in a crash.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { tellingErrors } from '../text/telling-errors.ts';
import { findDuplicateKeys } from './duplicate-keys.ts';
import type { KeyPath } from './problem.ts';
import { findStrayMarks, findUnquotedStart } from './unquoted-start.ts';
import { definitionOf } from './yaml-definition.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Mistake extends Place {
  readonly message: string;
}

export interface YamlSource {
  readonly value: unknown;
  /** Of the value at a path, or of its key; where that is missing, of the nearest thing around it. */
  readonly placeOf: (path: KeyPath, part?: 'key' | 'value') => Place;
  /** Where the value is written out: behind aliases and merge keys, which placeOf points at. */
  readonly definitionPlaceOf: (path: KeyPath) => Place;
}

export type ParsedYaml = { readonly source: YamlSource } | { readonly mistakes: readonly Mistake[] };

/** Uses of anchors, each counted with what it holds: a bomb grows past it at once, a hand-written file never does. */
const maxAliases = 100;

const duplicateKey = 'this key stands here for the second time; only one can count, so remove one';
const tooDeep = 'brackets or indents are nested too deep to be read';

/** Reads one document; the text's size is the caller's to limit. `merge`: `<<` brings the keys of another map, as YAML 1.1 has it. */
export function parseYaml(text: string, { merge = false }: { readonly merge?: boolean } = {}): ParsedYaml {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      uniqueKeys: false,
      lineCounter: lines,
      merge,
    });
    const mistakes = [
      ...describeErrors(document, text, lines),
      ...findDuplicateKeys(document.contents).map((key) => ({
        ...placeAt(startOf(key) ?? 0, lines),
        message: duplicateKey,
      })),
    ];
    // The parser catches its own overflow, once a level.
    const overflow = mistakes.find(({ message }) => message.includes('call stack'));
    if (overflow !== undefined) return { mistakes: [{ ...overflow, message: tooDeep }] };
    if (mistakes.length > 0) return { mistakes };
    const value: unknown = document.toJS({ maxAliasCount: maxAliases });
    const placeOf = (path: KeyPath, part: 'key' | 'value' = 'value') =>
      placeAt(offsetOf(document.contents, path, part), lines);
    const definitionPlaceOf = (path: KeyPath): Place => {
      const offset = startOf(definitionOf(document, path));
      return offset === null ? placeOf(path) : placeAt(offset, lines);
    };
    return { source: { value, placeOf, definitionPlaceOf } };
  } catch (error) {
    return { mistakes: [{ line: 1, column: 1, message: describeThrown(error) }] };
  }
}

/** Of one value that needs quotes the library may find several mistakes; they are one. */
function describeErrors(
  { errors: all, warnings, contents }: ReturnType<typeof parseDocument>,
  text: string,
  lines: LineCounter,
): readonly Mistake[] {
  const errors = tellingErrors(all);
  const found = new Map<string, Mistake & { readonly offset: number }>();
  const report = (offset: number, message: string): void => {
    found.set(`${offset} ${message}`, { ...placeAt(offset, lines), offset, message });
  };
  // Of one value with a deeper line below, the library says both; the second one is clearer.
  const isSaid = ({ code, pos }: YAMLError, index: number): boolean =>
    code === 'BLOCK_AS_IMPLICIT_KEY' && errors[index + 1]?.pos[0] === pos[0];
  for (const { code, message, pos } of [
    ...errors.filter((error, index) => !isSaid(error, index)),
    ...warnings,
  ]) {
    const unquoted = findUnquotedStart(text, pos[0]);
    report(unquoted?.offset ?? pos[0], unquoted?.message ?? messageFor(code, message));
  }
  for (const { offset, message } of findStrayMarks(contents, text)) report(offset, message);
  return [...found.values()].sort((a, b) => a.offset - b.offset);
}

function messageFor(code: string, message: string): string {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return 'a second document starts here (`---`); the file must hold one';
    case 'TAB_AS_INDENT':
      return 'a tab is used to indent; YAML takes only spaces there';
    case 'TAG_RESOLVE_FAILED':
      return `${message}; tags have no meaning here, so leave it out`;
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'this value holds a `: `, which begins another; put all of it in quotes';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'this goes on in the next line, which has a key of its own; check the indent, and the space behind each colon';
    case 'BAD_INDENT':
      return message.startsWith('All mapping items')
        ? 'this key is indented otherwise than the keys beside it'
        : `not valid YAML: ${message}`;
    default:
      return `not valid YAML: ${message}`;
  }
}

function describeThrown(error: unknown): string {
  if (error instanceof ReferenceError) {
    return `anchors (\`&name\`, \`*name\`) multiply to more than ${maxAliases} uses; write the values out`;
  }
  if (error instanceof RangeError) return tooDeep;
  throw error;
}

function placeAt(offset: number, lines: LineCounter): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function offsetOf(contents: Node | null, path: KeyPath, part: 'key' | 'value'): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const [index, key] of path.entries()) {
    const pair = findPair(node, key);
    const child = pair === null ? (isSeq(node) ? node.items[Number(key)] : undefined) : pair.value;
    if (child === undefined) return offset;
    const isLast = index === path.length - 1;
    const target = pair !== null && (isLast ? part === 'key' || isEmpty(child) : false) ? pair.key : child;
    offset = startOf(target) ?? offset;
    node = child;
  }
  return offset;
}

function findPair(node: unknown, key: string | number): Pair | null {
  if (!isMap(node)) return null;
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key)) ?? null;
}

/** `key:` with nothing behind it: its key is the better place to point at. */
function isEmpty(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}

function startOf(node: unknown): number | null {
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) return node.range?.[0] ?? null;
  return null;
}
