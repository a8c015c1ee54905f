// A request for images, written as far as the page knows, so that the first mail or issue already has what operators ask for.
import type { Blanks } from './operator-text.ts';

type Question = NonNullable<Blanks['question']>;

export function writeRequest({ question, policyHash }: Blanks): string {
  return complete(
    `Please allow this ${question?.kind ?? 'image'} for CI jobs: ${question?.image ?? ''}`,
    policyHash,
  );
}

/** One request for all that a file needs. */
export function writeSharedRequest(questions: readonly Question[], policyHash: string): string {
  const names = questions.map(({ image, kind }) => `- ${kind} ${image}`);
  return complete(['Please allow these for CI jobs:', ...names].join('\n'), policyHash);
}

function complete(asked: string, policyHash: string): string {
  return `${asked}

Project or job (address):
What we need it for:
Why nothing on the list will do:
Who maintains it:

(Policy ${policyHash})`;
}
