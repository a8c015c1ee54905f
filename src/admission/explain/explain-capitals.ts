// A rejection that only the capitals of a registry's name make: container runtimes and allow-lists compare it letter by letter.

import { spellingsOf } from '../match/spellings.ts';
import { parseImageReference } from '../parse-image-reference.ts';
import { allowedName, type Explanation, type ExplanationInput } from './explanation.ts';

export function explainCapitals(question: ExplanationInput): Explanation | null {
  const { name, registry } = question.reference;
  const { reference: lower } = parseImageReference(name.replace(registry, registry.toLowerCase()));
  if (lower === undefined || lower.name === name) return null;
  const use = spellingsOf(lower).find((spelling) => allowedName(spelling, question) !== null);
  if (use === undefined) return null;
  const isHost = /[.:]/.test(registry);
  return {
    code: 'spelling',
    text: isHost
      ? `The name of its registry, \`${registry}\`, has capitals, and is compared letter by letter.`
      : `Its first part, \`${registry}\`, has capitals, and so it is read as the name of a registry.`,
    suggestion: { text: `Write \`${use}\`.`, use },
  };
}
