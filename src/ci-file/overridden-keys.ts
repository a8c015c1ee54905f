// Keys that stand twice in one map. GitLab silently takes the last, so what stands under the first never runs.
import { isScalar, visit } from 'yaml';
import type { OverriddenKey } from './ci-names.ts';
import type { CiDocument } from './ci-tree.ts';
import { keyText } from './values/scalar-text.ts';

/** `<<` is none of them: each of several merges. In the order of the file. */
export function overriddenKeys({ root, placeOf }: CiDocument): readonly OverriddenKey[] {
  const found: OverriddenKey[] = [];
  visit(root, {
    Map: (_, map) => {
      const lastLines = new Map<string, number>();
      for (const { key } of [...map.items].reverse()) {
        const name = keyText(key);
        if (!isScalar(key) || name === null || name === '<<') continue;
        const winnerLine = lastLines.get(name);
        if (winnerLine === undefined) lastLines.set(name, placeOf(key).line);
        else found.push({ ...placeOf(key), key: name, winnerLine });
      }
    },
  });
  return found.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
