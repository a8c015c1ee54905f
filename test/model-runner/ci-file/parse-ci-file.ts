// YAML as GitLab reads it: 1.1 with Ruby's scalars, merge keys, `!reference`, and a header with `spec:` before the jobs.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
} from 'yaml';
import { rubyText } from '../../../src/ci-file/values/ruby-scalar.ts';
import { keyText } from '../../../src/ci-file/values/scalar-text.ts';
import { isSettings, Reference, type Settings, settingsOf } from './settings.ts';

export interface ParsedFile {
  /** What `spec:` of the header says. */
  readonly spec: Settings;
  readonly content: Settings;
}

/** @throws with all mistakes when the file is not YAML or not a map */
export function parseCiFile(text: string, file: string): ParsedFile {
  const lines = new LineCounter();
  const options = { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' } as const;
  const parsed = parseAllDocuments(text, options);
  const documents: readonly Document[] = 'empty' in parsed ? [] : parsed;
  const mistakes = documents.flatMap((document) => [
    ...document.errors.map(({ message }) => message),
    ...strayKeys(document, lines),
  ]);
  if (mistakes.length > 0) throw new Error(`Cannot read ${file}:\n${mistakes.join('\n')}`);
  const [first, second] = documents.map((document) => readValue(document.contents, document));
  const hasHeader = isSettings(first) && 'spec' in first && second !== undefined;
  const content = hasHeader ? second : first;
  if (!isSettings(content)) throw new Error(`${file} must be a map of jobs`);
  return { spec: hasHeader ? settingsOf(first['spec']) : {}, content };
}

function strayKeys(document: Document, lines: LineCounter): readonly string[] {
  const mistakes: string[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isMap(key)) mistakes.push(`a key must be a text (line ${lineOf(key, lines)})`);
    },
    Node(_, node) {
      const tag = node.tag ?? '';
      if (tag.startsWith('!') && tag !== '!reference')
        mistakes.push(`the tag ${tag} is unknown (line ${lineOf(node, lines)})`);
    },
  });
  return mistakes;
}

function lineOf(node: Node, lines: LineCounter): number {
  return lines.linePos(node.range?.[0] ?? 0).line;
}

function readValue(node: unknown, document: Document): unknown {
  if (isAlias(node)) return readValue(node.resolve(document), document);
  if (isSeq(node)) {
    const items = node.items.map((item) => readValue(item, document));
    return node.tag === '!reference' ? new Reference(items.map(String)) : items;
  }
  if (isMap(node)) return mapOf(node.items, document);
  return isScalar(node) ? scalarOf(node) : null;
}

type Pairs = readonly { readonly key: unknown; readonly value: unknown }[];

/** Pair by pair as Ruby merges: a `<<` wins over the same key before it and gives way to one after it. */
function mapOf(pairs: Pairs, document: Document): Settings {
  const map: Record<string, unknown> = {};
  for (const { key, value } of pairs) {
    const name = keyText(key) ?? '';
    const read = readValue(value, document);
    if (name === '<<') Object.assign(map, ...mergedMaps(read));
    else map[name] = read;
  }
  return map;
}

/** Of several maps under one `<<` the first that has a key wins. */
function mergedMaps(value: unknown): readonly Settings[] {
  const maps = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return maps.map(settingsOf).toReversed();
}

/** A number stays one only where writing it again gives the same text: `3.0` is not 3. */
function scalarOf(node: { readonly value: unknown; readonly source?: string; readonly type?: string }) {
  if (node.type !== 'PLAIN' || node.source === undefined) return node.value;
  const text = rubyText(node.source);
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== null && /^-?(?:0|[1-9]\d{0,14})$/.test(text) && isNumber(node.value) ? Number(text) : text;
}

const isNumber = (value: unknown): boolean => typeof value === 'number';
