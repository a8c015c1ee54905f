// Why a stage or a command cannot go on, as data. Its words stand in their parts, so that nobody has to take a sentence apart;
// describe-failure.ts is the one place that makes a text or JSON of them.

/** Each part is one whole sentence or more, safe to print on one line (text/plain-text). */
export interface FailureParts {
  readonly what: string;
  /** Which key, which value, whose words. */
  readonly why?: string | undefined;
  /** What the job's author, or whoever gave the command, can do next. */
  readonly author?: string | undefined;
  /** What the runner's operator can do next; follows "Operators:", so it begins with a small letter. */
  readonly operator?: string | undefined;
}

/** What to do about it, and who can. */
export type Advice = Pick<FailureParts, 'author' | 'operator'>;

export interface FailureOptions {
  readonly cause?: unknown;
}

/** What BuildFailure and SystemFailure share. `message` is the parts in their order, for whoever knows Error only. */
export abstract class Failure<Code extends string> extends Error {
  readonly code: Code;
  readonly parts: FailureParts;

  constructor(code: Code, parts: FailureParts, { cause }: FailureOptions) {
    super(failureText(parts), { cause });
    this.code = code;
    this.parts = parts;
  }
}

/** What, why, what the author can do, what the operator can do. */
export function failureText({ what, why, author, operator }: FailureParts): string {
  const advice = operator === undefined ? undefined : `Operators: ${operator}`;
  return [what, why, author, advice].filter((part) => part !== undefined && part !== '').join(' ');
}
