// Rejections that are about the registry: another one, or one that only looks like an allowed one.
import { nearestName } from '../../text/nearest-name.ts';
import type { ListedPattern } from '../allow-list.ts';
import type { ImageReference } from '../image-reference.ts';
import { allowedName, type Explanation, type ExplanationInput } from './explanation.ts';
import { splitPattern } from './nearest-pattern.ts';

export function explainRegistry(question: ExplanationInput): Explanation | null {
  const registries = allowedRegistries(question.list);
  if (registries === null || registries.has(question.reference.registry)) return null;
  return explainLookAlike(question, registries) ?? explainOtherRegistry(question, registries);
}

/** null: a pattern starts with a wildcard, so no registry is ruled out. */
function allowedRegistries(list: readonly ListedPattern[]): ReadonlySet<string> | null {
  const registries = new Set<string>();
  for (const { pattern } of list) {
    const { registry } = splitPattern(pattern);
    if (registry === null && /^[^/]*[*?[{][^/]*\//.test(pattern)) return null;
    if (registry === null && /^\*\*+$/.test(pattern)) return null;
    registries.add(registry ?? 'docker.io');
  }
  return registries;
}

/** `registry.example.org.evil.test/x`, `evil.test/registry.example.org/x`, another port, a letter changed. */
function explainLookAlike(question: ExplanationInput, registries: ReadonlySet<string>): Explanation | null {
  const { reference } = question;
  const meant = findMeantRegistry(
    reference,
    [...registries].filter((registry) => registry !== 'docker.io'),
  );
  if (meant === null) return null;
  const rest = reference.name.slice(reference.name.indexOf('/') + 1);
  const direct = `${meant}/${rest.replace(`${meant}/`, '')}`;
  const use = allowedName(direct, question);
  return {
    code: 'look-alike',
    text: `Its registry is \`${reference.registry}\`, which is not the allowed \`${meant}\`.`,
    ...(use !== null && { suggestion: { text: `If you meant that registry, write \`${use}\`.`, use } }),
  };
}

function findMeantRegistry({ registry, path }: ImageReference, known: readonly string[]): string | null {
  const host = withoutPort(registry);
  const contained = known.find(
    (other) => withoutPort(other) === host || registry.includes(other) || `${path}/`.includes(`${other}/`),
  );
  return contained ?? nearestName(registry, known);
}

function withoutPort(registry: string): string {
  return registry.replace(/:\d+$/, '');
}

function explainOtherRegistry({ reference }: ExplanationInput, registries: ReadonlySet<string>): Explanation {
  const maxShown = 5;
  const shown = [...registries].slice(0, maxShown).map((registry) => `\`${registry}\``);
  const more = registries.size > maxShown ? ` and ${registries.size - maxShown} more` : '';
  return {
    code: 'other-registry',
    text: `Nothing of the registry \`${reference.registry}\` is allowed, only of ${shown.join(', ')}${more}.`,
  };
}
