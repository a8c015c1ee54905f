// What is wrong with a policy, at a place in it: read-policy gives the place its file, line and column.

export interface Problem {
  /** From the top of the policy file: `['enforced_security_context', 'runAsUser']`. */
  readonly path: readonly (string | number)[];
  /** What is wrong and what is allowed; a sentence without the path and without a final period. */
  readonly message: string;
}
