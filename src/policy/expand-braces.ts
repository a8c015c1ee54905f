// `{a,b}` as the patterns it stands for. Ranges, one-item braces and unbalanced braces never get here: they are refused before.

/** A pattern that stands for more is a list in disguise, and the next brace would double it. */
export const mostAlternatives = 256;

/** @returns null: it stands for more than mostAlternatives patterns. */
export function expandBraces(pattern: string): readonly string[] | null {
  let open: readonly string[] = [pattern];
  const plain: string[] = [];
  while (open.length > 0) {
    const next: string[] = [];
    for (const text of open) {
      const group = innermostGroup(text);
      if (group === null) plain.push(text);
      else next.push(...group.items.map((item) => group.before + item + group.after));
    }
    if (next.length + plain.length > mostAlternatives) return null;
    // From the inside out, an alternative without braces meets every one of its neighbour's: `{a,{b,c}}` is `a` twice.
    open = [...new Set(next)];
  }
  return [...new Set(plain)];
}

/** The first group that holds no other: expanding from the inside out needs no stack. */
function innermostGroup(text: string): { before: string; items: readonly string[]; after: string } | null {
  const group = /\{([^{}]*)\}/.exec(text);
  if (group === null) return null;
  return {
    before: text.slice(0, group.index),
    items: (group[1] ?? '').split(','),
    after: text.slice(group.index + group[0].length),
  };
}
