/** The job asks for what no script can do: a system failure, before anything of the sub-stage is in the log. */
export class CannotWriteScript extends Error {}
