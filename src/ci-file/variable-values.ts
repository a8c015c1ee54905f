// What the variables in an image name can be, as far as the CI files themselves say.
import { isMap, isSeq } from 'yaml';
import { childOf, itemsOf, keysOf, type Spot, textOf } from './ci-nodes.ts';
import { type Layers, lookUp, strongest } from './merged-view.ts';

/** All values that a variable may have; empty: these files do not define it. */
export type VariableValues = (key: string) => readonly string[];

/** A matrix over more is listed as unresolved rather than half judged. */
const mostNames = 100;
/** GitLab resolves references among variables as deep as they go; hand-written ones go two or three deep. */
const deepestReference = 10;

/** From the strongest place to the weakest: given by hand, a matrix, rules, the job, the pipeline. */
export function valuesOf(job: Layers, pipeline: Layers, given: ReadonlyMap<string, string>): VariableValues {
  return (key) => {
    const byHand = given.get(key);
    if (byHand !== undefined) return [byHand];
    const matrix = matrixValues(job, key);
    if (matrix.length > 0) return matrix;
    const plain = plainValue(lookUp(job, 'variables'), key) ?? plainValue(lookUp(pipeline, 'variables'), key);
    const byRules = [...rulesValues(job, key), ...rulesValues(lookUp(pipeline, 'workflow'), key)];
    return [...new Set([...(plain === null ? [] : [plain]), ...byRules])];
  };
}

export type Expansion = { readonly names: readonly string[] } | { readonly why: string };

const reference = /\$(?:\{(\w+)\}|(\w+)|(\$))/;

/** All names that a text with references stands for. */
export function expandName(text: string, values: VariableValues): Expansion {
  if (/\$\[\[/.test(text)) return { why: 'takes an input of the file' };
  let open: readonly { readonly text: string; readonly depth: number }[] = [{ text, depth: 0 }];
  const names = new Set<string>();
  while (open.length > 0) {
    const next: { text: string; depth: number }[] = [];
    for (const { text: each, depth } of open) {
      const [written, braced, bare, dollar] = reference.exec(each) ?? [];
      if (written === undefined) {
        names.add(each.replaceAll('\u0000', '$'));
        continue;
      }
      const key = braced ?? bare ?? '';
      const found = dollar === undefined ? values(key) : ['\u0000'];
      if (found.length === 0) return { why: `takes $${key}, which is defined outside of these files` };
      if (depth > deepestReference) return { why: `takes $${key}, which refers to itself` };
      next.push(...found.map((value) => ({ text: each.replace(written, () => value), depth: depth + 1 })));
    }
    if (next.length + names.size > mostNames) return { why: `stands for more than ${mostNames} names` };
    open = next;
  }
  return { names: [...names] };
}

function plainValue(variables: Layers, key: string): string | null {
  const value = strongest(variables, key);
  return value === null ? null : variableText(value);
}

/** `KEY: value`, or `KEY: {value: …, description: …}`. */
function variableText(spot: Spot): string | null {
  if (!isMap(spot.node)) return textOf(spot);
  const value = childOf(spot, 'value');
  return value === null ? null : textOf(value);
}

/** `parallel: {matrix: [{PYTHON: ["3.11", "3.12"]}]}` */
function matrixValues(job: Layers, key: string): readonly string[] {
  const matrix = strongest(lookUp(job, 'parallel'), 'matrix');
  if (matrix === null) return [];
  const found = itemsOf(matrix).flatMap((row) => {
    const cell = childOf(row, key);
    if (cell === null) return [];
    return (isSeq(cell.node) ? itemsOf(cell) : [cell]).map(textOf).filter((text) => text !== null);
  });
  return [...new Set(found)];
}

/** `rules: [{if: …, variables: {…}}]`: which rule holds is known only to the pipeline, so each may. */
function rulesValues(layers: Layers, key: string): readonly string[] {
  const rules = strongest(layers, 'rules');
  if (rules === null) return [];
  return itemsOf(rules).flatMap((rule) => {
    const variables = childOf(rule, 'variables');
    if (variables === null || !keysOf(variables).includes(key)) return [];
    const value = childOf(variables, key);
    const text = value === null ? null : variableText(value);
    return text === null ? [] : [text];
  });
}
