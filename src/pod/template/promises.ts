// What the executor promises, in the words of docs/threat-model.md: a field that is refused, or that weakens, names the one
// it touches.

export const promises = {
  userNamespace: 'no byte of a job runs without a user namespace that the kernel confirms',
  nobodyOutside: 'root in a pod is nobody on the node',
  enforced: 'an enforced security field holds in every container',
  admitted: 'only admitted images reach a manifest',
  decidesNothing: "a job's variables decide nothing",
  ownFiles: 'no container executes a file of ours that another can write',
  processes: "containers do not see each other's processes",
  helperTrustsNothing: "GitLab's own scripts in the helper trust nothing that the job left",
  nothingBeside: "nothing of the job runs beside GitLab's scripts or its own next script",
  startedOnce: 'a script is started once',
  secrets: 'a job gets no secret but its own',
  noToken: 'no container of a job holds a service account token',
  apart: "jobs do not see each other's files, processes or pods",
  itselfOnly: 'a job that fills its disk, or prints without end, hurts only itself',
} as const;

export type Promised = keyof typeof promises;

/** For a mistake: why it is one. `what` is a clause that also says what to do instead. */
export function breaks(promised: Promised, what: string): string {
  return `${what} (it breaks the promise that ${promises[promised]})`;
}

/** For a risk that the operator may take. */
export function weakens(promised: Promised, what: string): string {
  return `${what} (it weakens the promise that ${promises[promised]})`;
}
