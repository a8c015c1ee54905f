// What is wrong with a policy, at a place in it. readPolicy gives the place its file, line and column.

/** From the top of the policy file: `['rules', 0, 'when', 'projects']`. */
export type KeyPath = readonly (string | number)[];

export interface Problem {
  readonly path: KeyPath;
  /** What is wrong and what to do: a clause that follows the path, without a final period. */
  readonly message: string;
  /** The key itself is the mistake, not its value. */
  readonly isAboutKey?: boolean;
}

/** `rules[0].when.projects` */
export function formatKeyPath(path: KeyPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index > 0 ? `.${key}` : key))
    .join('');
}
