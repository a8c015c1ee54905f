// What became of the users that a job asked for: taken, dropped, or impossible.

import { buildContainer, serviceContainer } from '../layout/container-names.ts';
import type { SecurityFields } from '../policy/policy.ts';
import { formatKeyPath } from '../policy/problem.ts';
import type { Contradiction, DroppedWish, SecurityRequest, Wish } from './job-security.ts';
import type { ResolvedContext } from './layers.ts';

/** The one user that `runAsNonRoot` is about. */
export const superuser = 0;

type Contexts = Readonly<Record<string, ResolvedContext>>;

/** Each field in which a container got another number than its image's or service's author asked for. */
export function droppedWishes(containers: Contexts, { build, services }: SecurityRequest): DroppedWish[] {
  const ofServices = services.flatMap((wish, index) => droppedOf(serviceContainer(index), wish, containers));
  return [...droppedOf(buildContainer, build, containers), ...ofServices];
}

function droppedOf(container: string, wish: Wish | null, containers: Contexts): DroppedWish[] {
  const resolved = containers[container];
  if (!wish || !resolved) return [];
  const wishes = [
    { field: 'runAsUser', wished: wish.uid },
    { field: 'runAsGroup', wished: wish.gid },
  ] as const;
  return wishes.flatMap(({ field, wished }) => {
    const instead = Number(resolved.context[field]);
    if (wished === null || wished === instead) return [];
    const droppedBy = formatKeyPath(resolved.decisions[field]?.path ?? []);
    return [{ container, key: wish.key, field, wished, instead, droppedBy }];
  });
}

/** Kubernetes would refuse to start root under `runAsNonRoot`, late and in its own words. */
export function contradictionsOf(
  container: string,
  { context, decisions }: ResolvedContext,
): Contradiction[] {
  if (!isImpossibleUser(context)) return [];
  const userKey = formatKeyPath(decisions['runAsUser']?.path ?? []);
  const { path = [], isShipped = false } = decisions['runAsNonRoot'] ?? {};
  const key = formatKeyPath(path);
  return [{ kind: 'contradiction', container, user: superuser, userKey, key, isShipped }];
}

export function isImpossibleUser(context: SecurityFields): boolean {
  return context['runAsNonRoot'] === true && context['runAsUser'] === superuser;
}
