// Which allowed pattern somebody most likely meant. Only a hint: the verdict never depends on it.

import { dockerHub } from '../../policy/pattern/image-name.ts';
import { nearestName } from '../../text/nearest-name.ts';
import type { ListedPattern } from '../allow-list.ts';
import type { ImageReference } from '../image-reference.ts';

/** The same last part says more than the same registry or group. */
const worth = { sameName: 6, similarName: 4, relatedName: 3, sameRegistry: 3, sameGroup: 3 } as const;
/** Among equals the one that takes a tag where one was asked for: it says more than `python` alone. */
const sameSuffix = 0.5;
/** Less than this is chance. */
const minPoints = 3;

/** @returns null: none is near. */
export function nearestPattern(
  reference: ImageReference,
  list: readonly ListedPattern[],
): ListedPattern | null {
  let nearest: ListedPattern | null = null;
  let bestScore = minPoints - sameSuffix / 2;
  const requested = {
    name: lastPart(reference.path),
    registry: reference.registry,
    group: groupOf(reference.path),
  };
  for (const entry of list) {
    const points =
      score(entry.pattern, requested) + (takesSuffixOf(reference, entry.pattern) ? sameSuffix : 0);
    if (points > bestScore) [nearest, bestScore] = [entry, points];
  }
  return nearest;
}

function takesSuffixOf({ tag, digest }: ImageReference, pattern: string): boolean {
  const last = pattern.slice(pattern.lastIndexOf('/') + 1);
  if (digest !== null) return last.includes('@');
  return tag === null ? !/[:@]/.test(last) : last.includes(':');
}

function score(pattern: string, requested: { name: string; registry: string; group: string | null }): number {
  const { registry, path } = splitPattern(pattern);
  const group = groupOf(path);
  let points = scoreName(lastPart(path), requested.name);
  // Docker Hub is everybody's: that two images come from there says nothing.
  if (registry !== null && registry !== dockerHub && registry === requested.registry)
    points += worth.sameRegistry;
  if (group !== null && group === requested.group) points += worth.sameGroup;
  // `centos:7` where `centos/*:*` is allowed.
  if (group === requested.name) points += worth.relatedName;
  return points;
}

/** Braces count by any of their items: `{ruby,python}:*` is about python. */
function scoreName(patternName: string, requested: string): number {
  const names = patternName.split(/[{},*?[\]]+/).filter((name) => name.length > 1);
  if (names.includes(requested)) return worth.sameName;
  if (nearestName(requested, names) !== null) return worth.similarName;
  const isRelated = names.some(
    (name) =>
      Math.min(name.length, requested.length) > 2 && (requested.includes(name) || name.includes(requested)),
  );
  return isRelated ? worth.relatedName : 0;
}

/** The registry that a pattern names for certain; null: none, or a wildcard. */
export function splitPattern(pattern: string): { readonly registry: string | null; readonly path: string } {
  const slash = pattern.indexOf('/');
  const first = slash < 0 ? '' : pattern.slice(0, slash);
  if (!/[.:A-Z]|^localhost$/.test(first) || /[*?{[]/.test(first.replaceAll(/\\./g, '')))
    return { registry: null, path: pattern };
  return { registry: first.replaceAll('\\', ''), path: pattern.slice(slash + 1) };
}

/** Without tag and digest. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/[:@].*$/s, '');
}

function groupOf(path: string): string | null {
  const slash = path.indexOf('/');
  const group = slash < 0 ? null : path.slice(0, slash);
  return group === 'library' ? null : group;
}
