// Whether the operator wrote a registry down: then its name is no typing error of an author's.
import { expandBraces } from '../policy/pattern/expand-braces.ts';
import type { AdmissionPolicy } from './allow-list.ts';

/** @param registry with its port, as in the canonical name; a pattern names it where it stands there letter for letter. */
export function isRegistryNamed(
  registry: string,
  { allowed_images = [], allowed_services = [], rules }: AdmissionPolicy,
): boolean {
  const ofRules = rules.flatMap((rule) => [...(rule.allowed_images ?? []), ...(rule.allowed_services ?? [])]);
  return [...allowed_images, ...allowed_services, ...ofRules]
    .flatMap(({ pattern }) => expandBraces(pattern) ?? [])
    .some((pattern) => pattern.startsWith(`${registry}/`));
}
