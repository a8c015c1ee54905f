// One CI file, read into YAML nodes with their places, or its mistakes.

import {
  type Alias,
  isAlias,
  isMap,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLError,
} from 'yaml';
import { plainLine } from '../text/plain-text.ts';
import { tellingErrors } from '../text/telling-errors.ts';
import type { CiPlace } from './ci-names.ts';
import type { CiDocument, Effort } from './ci-tree.ts';
import { unreadable } from './includes/unreadable.ts';
import { yamlHint } from './yaml-hint.ts';

/** Characters: GitLab itself takes no larger file (application setting max_yaml_size_bytes). */
export const maxCiFileBytes = 2 * 1024 * 1024;

/**
 * Steps of walking through a pipeline's files, all together. A file of GitLab's maximum size that people wrote takes half; one
 * whose merges, lists and matrices multiply would take hours.
 */
const maxSteps = 1_000_000;

export function createEffort(): Effort {
  return { stepsLeft: maxSteps };
}

/** @throws SystemFailure with the mistakes of a file that is not YAML or not a CI file. */
export function readCiDocument(text: string, file: string, effort = createEffort()): CiDocument {
  refuseLargeFile(text, file);
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const documents = 'empty' in parsed ? [] : parsed;
  const placeAt = (offset: number): CiPlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistakes = documents.flatMap(({ errors }) => errors).toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (mistakes.length > 0)
    throw unreadable(
      tellingErrors(overflowAlone(mistakes)).map((error) => ({
        ...placeAt(error.pos[0]),
        message: describeMistake(error),
      })),
    );
  // A header with `spec:` may stand before the jobs, as a document of its own.
  const [first, second] = documents.map(({ contents }) => contents);
  const root = isMap(first) && first.has('spec') && second !== undefined ? second : first;
  if (!isMap(root))
    throw unreadable([
      { ...placeAt(0), message: 'this is no CI file: jobs are keys with values, and it has none' },
    ]);
  return {
    file,
    root,
    placeOf: (node) => placeAt(node.range?.[0] ?? 0),
    targets: findTargets(root),
    references: new Map(),
    indexes: new WeakMap(),
    effort,
  };
}

function refuseLargeFile(text: string, file: string): void {
  if (text.length <= maxCiFileBytes) return;
  const line = text.slice(0, maxCiFileBytes).split('\n').length;
  const message = `the file goes on beyond here: it has ${text.length} characters; GitLab takes no more than ${maxCiFileBytes}`;
  throw unreadable([{ file, line, column: 1, message }]);
}

export function formatPlace({ file, line, column }: CiPlace): string {
  return `${file}:${line}:${column}`;
}

function findTargets(root: Node): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(root, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** What the parser says once it ran out of stack comes of that. */
function overflowAlone(errors: readonly YAMLError[]): readonly YAMLError[] {
  const overflow = errors.find(isOverflow);
  return overflow === undefined ? errors : [overflow];
}

const isOverflow = ({ message }: YAMLError): boolean => message.includes('call stack');

function describeMistake(error: YAMLError): string {
  const { message, code } = error;
  return isOverflow(error)
    ? 'brackets or indents are nested too deep to be read'
    : plainLine(message) + yamlHint(code);
}
