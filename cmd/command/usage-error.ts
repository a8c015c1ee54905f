/** Words that a command does not take: said with a hint at its --help. */
export class UsageError extends Error {}
