// Ten thousand patterns, read in a quarter of the time (43 ms of processor time for 180, measured on Node 26): the YAML parser
// works hard on each line, of which `- python:*` or `- "python:*"` needs nothing. So the middle of a long run of such lines is blanked
// before parsing and put back after it. Every other character keeps its offset, so places in messages stay right. Whatever
// looks otherwise than expected is parsed as it is.
import { isScalar, type Node, Scalar, visit, type YAMLSeq } from 'yaml';

/** Below this many lines nobody waits for the parser. */
const shortestRun = 200;

/**
 * An indent, a dash, and a value that YAML can only read as this very text: no space, and a `:` or `/` in it; or in quotes,
 * without a character that means something there.
 */
const simpleItem = /^( *- )(?:([A-Za-z][\w.-]*[:/][\w.:/@*-]*[\w*])|(["'])([\w.:/@*{},?-]+)\3)$/gm;

interface Item {
  readonly offset: number;
  /** Behind the value and its quotes. */
  readonly end: number;
  readonly value: string;
}

/** Items of one list, line after line, with one indent. */
type Run = readonly Item[];

export interface FoldedText {
  readonly text: string;
  readonly runs: readonly Run[];
}

/** All but the first and the last line of each long run become spaces, line ends too. */
export function foldLongLists(text: string): FoldedText {
  const runs = findRuns(text).filter((run) => run.length >= shortestRun);
  let folded = '';
  let done = 0;
  for (const run of runs) {
    const [start, end] = [endOf(run[0]), endOf(run.at(-2))];
    folded += text.slice(done, start) + ' '.repeat(end - start);
    done = end;
  }
  return { text: folded + text.slice(done), runs };
}

/** @returns false: a run was not a list of texts after all, and the text must be parsed unfolded. */
export function unfoldLists(contents: Node | null, runs: readonly Run[]): boolean {
  const open = new Map(runs.map((run) => [run[0]?.offset, run]));
  if (contents === null) return runs.length === 0;
  visit(contents, {
    Seq: (_, list) => {
      // Backwards, so that what is put in does not move what is still to come.
      for (let index = list.items.length - 1; index >= 0; index -= 1) {
        const first = list.items[index];
        const run = isScalar(first) ? open.get(first.range?.[0]) : undefined;
        if (run === undefined || !isEnd(first, run[0]) || !isEnd(list.items[index + 1], run.at(-1))) continue;
        putBack(list, index + 1, run.slice(1, -1));
        open.delete(run[0]?.offset);
      }
    },
  });
  return open.size === 0;
}

function findRuns(text: string): readonly Run[] {
  const runs: Item[][] = [];
  let [lastIndent, lineEnd] = ['', -1];
  for (const { index, 0: line, 1: indent = '', 2: plain, 4: quoted = '' } of text.matchAll(simpleItem)) {
    const item = { offset: index + indent.length, end: index + line.length, value: plain ?? quoted };
    if (index === lineEnd + 1 && indent === lastIndent) runs.at(-1)?.push(item);
    else runs.push([item]);
    [lastIndent, lineEnd] = [indent, item.end];
  }
  return runs;
}

/** The parser saw exactly this text at exactly this place. */
function isEnd(node: unknown, item: Item | undefined): boolean {
  return (
    isScalar(node) &&
    node.range?.[0] === item?.offset &&
    node.range?.[1] === item?.end &&
    node.value === item?.value
  );
}

function putBack(list: YAMLSeq, index: number, items: readonly Item[]): void {
  const scalars = items.map(({ offset, end, value }) => {
    const scalar = new Scalar(value);
    scalar.range = [offset, end, end];
    return scalar;
  });
  list.items = [...list.items.slice(0, index), ...scalars, ...list.items.slice(index)];
}

function endOf(item: Item | undefined): number {
  return item?.end ?? 0;
}
