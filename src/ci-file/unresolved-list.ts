// What could not be read, each once: a template may be met by way of many jobs.
import { formatPlace } from './ci-document.ts';
import type { Unresolved } from './ci-names.ts';

export interface UnresolvedList {
  add(found: Unresolved): void;
  all(): readonly Unresolved[];
}

export function createUnresolvedList(): UnresolvedList {
  const byPlace = new Map<string, Unresolved>();
  return {
    add: (found) => {
      const id = `${formatPlace(found)} ${found.why}`;
      if (!byPlace.has(id)) byPlace.set(id, found);
    },
    all: () => [...byPlace.values()],
  };
}
