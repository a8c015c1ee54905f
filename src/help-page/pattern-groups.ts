// Patterns sorted by the registry that their names begin with, so that a reader finds the place they know.
import type { AllowedPattern } from '../policy/policy.ts';

export interface PatternGroup {
  /** A registry's host as the patterns spell it, or one of the two names below. */
  readonly registry: string;
  readonly patterns: readonly AllowedPattern[];
}

export const dockerHubTitle = 'Docker Hub';
export const anyRegistry = 'Any registry';

const dockerHubHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
const wildcard = /[*?[{\\]/;

/** Groups in the order in which the policy first names them; patterns keep theirs. */
export function groupByRegistry(patterns: readonly AllowedPattern[]): readonly PatternGroup[] {
  const groups = Map.groupBy(patterns, ({ pattern }) => registryOf(pattern));
  return [...groups].map(([registry, members]) => ({ registry, patterns: members }));
}

/** The rule of Docker's image names, read on a pattern: a first part with a dot, a colon or `localhost` is a registry. */
function registryOf(pattern: string): string {
  const [first, ...path] = splitAtSlashes(pattern);
  if (first === undefined) return anyRegistry;
  if (path.length === 0) return first === '**' ? anyRegistry : dockerHubTitle;
  if (dockerHubHosts.has(first)) return dockerHubTitle;
  if (/[.:]/.test(first) || first === 'localhost') return first;
  return wildcard.test(first) ? anyRegistry : dockerHubTitle;
}

/** A slash inside `{a/b,c}` separates nothing here. */
function splitAtSlashes(pattern: string): readonly string[] {
  return pattern.match(/(?:\{[^}]*\}|[^/])+/g) ?? [];
}
