// A request for an image, written as far as the page knows, so that the first mail or issue already has what operators ask for.
import type { Blanks } from './operator-text.ts';

export function writeRequest({ question, policyHash }: Blanks): string {
  return `Please allow this ${question?.kind ?? 'image'} for CI jobs: ${question?.image ?? ''}

Project or job (address):
What we need it for:
Why nothing on the list will do:
Who maintains it:

(Policy ${policyHash})`;
}
