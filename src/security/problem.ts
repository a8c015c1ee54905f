// What is wrong with a policy, at a place in it: read-policy gives the place its file, line and column.

/** From the top of the policy file: `['pod_template', 'spec', 'containers', 0, 'image']`. */
export type KeyPath = readonly (string | number)[];

export interface Problem {
  readonly path: KeyPath;
  /** What is wrong and what is allowed: a clause that follows the path, without a final period. */
  readonly message: string;
}

/** `pod_template.spec.containers[0].image` */
export function formatKeyPath(path: KeyPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index > 0 ? `.${key}` : key))
    .join('');
}
