// YAML as kubectl reads it (sigs.k8s.io/yaml, which is YAML 1.1), as a chunk of its own: a kubeconfig in JSON does without it.
import {
  type DocumentOptions,
  isNode,
  LineCounter,
  type ParseOptions,
  parseAllDocuments,
  type SchemaOptions,
} from 'yaml';

/** What YAML 1.1 makes of `2026-01-01` and `1:30`; kubectl leaves both as the texts that they are. */
const leftAsText = ['timestamp', 'intTime', 'floatTime'];

const options: DocumentOptions & ParseOptions & SchemaOptions = {
  version: '1.1',
  merge: true,
  // The last one wins.
  uniqueKeys: false,
  // Foreign tags are no fault; a warning would go to stderr, past our own words.
  logLevel: 'silent',
  customTags: (tags) =>
    tags.filter((tag) => {
      const name = typeof tag === 'string' ? tag : (tag.format ?? tag.tag.replace(/^.*:/, ''));
      return !leftAsText.includes(name) && name !== 'TIME';
    }),
};

/** Far more than people write; a file that multiplies its aliases ends here. */
const maxAliases = 10_000;

export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

/**
 * - `syntax`: it is no YAML.
 * - `aliases`: its aliases multiply to more than we take (a YAML bomb).
 * - `endless`: an anchor that contains itself.
 * - `merge`: a merge key (`<<`) of what is no map.
 */
export type YamlFaultKind = 'syntax' | 'aliases' | 'endless' | 'merge';

/** Says where a text is no YAML that we take. Holds none of the text, which may be secret. */
export class YamlFault extends Error {
  readonly kind: YamlFaultKind;
  readonly place: YamlPlace | null;

  constructor(kind: YamlFaultKind, place: YamlPlace | null) {
    super(kind);
    this.kind = kind;
    this.place = place;
  }
}

/** The first document of a file; null for an empty one. @throws YamlFault where `text` is no YAML, or cannot be JSON */
export function parseKubeconfigYaml(text: string): unknown {
  const document = firstDocument(text);
  const error = document?.errors[0];
  if (error) {
    const place = error.linePos?.[0];
    throw new YamlFault('syntax', place ? { line: place.line, column: place.col } : null);
  }
  // Reported without a place, and never with the library's message.
  const value = attempt((): unknown => document?.toJS({ maxAliasCount: maxAliases }) ?? null, toJsFault);
  attempt(
    () => JSON.stringify(value),
    () => 'endless',
  );
  return value;
}

/** The library's only ReferenceErrors here are about aliases: more than `maxAliasCount`, or of an anchor not yet resolved. */
const toJsFault = (error: unknown): YamlFaultKind => (error instanceof ReferenceError ? 'aliases' : 'merge');

function attempt<T>(act: () => T, kindOf: (error: unknown) => YamlFaultKind): T {
  try {
    return act();
  } catch (error) {
    throw new YamlFault(kindOf(error), null);
  }
}

/** Where the value under `path` stands in the first document; null: it came by an alias, or is not there. */
export function placeIn(text: string, path: readonly (string | number)[]): YamlPlace | null {
  const lines = new LineCounter();
  const node: unknown = firstDocument(text, lines)?.getIn(path, true);
  if (!isNode(node) || !node.range) return null;
  const { line, col } = lines.linePos(node.range[0]);
  return { line, column: col };
}

function firstDocument(text: string, lineCounter?: LineCounter) {
  const documents = parseAllDocuments(text, { ...options, ...(lineCounter && { lineCounter }) });
  return 'empty' in documents ? null : (documents[0] ?? null);
}
