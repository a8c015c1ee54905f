// What became of the users that a job asked for: taken, dropped, or impossible.

import { buildContainer, serviceContainer } from '../layout/container-names.ts';
import type { SecurityFields } from '../policy/policy.ts';
import { formatKeyPath } from '../policy/problem.ts';
import type { Contradiction, OverriddenRequest, RequestedIds, SecurityInput } from './job-security.ts';
import type { ResolvedContext } from './layers.ts';

/** The one user that `runAsNonRoot` is about. */
export const superuser = 0;

type Contexts = Readonly<Record<string, ResolvedContext>>;

/** Each field in which a container got another number than its image's or service's author asked for. */
export function overriddenRequests(
  containers: Contexts,
  { build, services }: SecurityInput,
): OverriddenRequest[] {
  const ofServices = services.flatMap(({ index, requested }) =>
    overriddenOf(serviceContainer(index), requested, containers),
  );
  return [...overriddenOf(buildContainer, build, containers), ...ofServices];
}

function overriddenOf(
  container: string,
  requested: RequestedIds | null,
  containers: Contexts,
): OverriddenRequest[] {
  const resolved = containers[container];
  if (!requested || !resolved) return [];
  const requests = [
    { field: 'runAsUser', id: requested.uid },
    { field: 'runAsGroup', id: requested.gid },
  ] as const;
  return requests.flatMap(({ field, id }) => {
    const instead = Number(resolved.context[field]);
    if (id === null || id === instead) return [];
    const overriddenBy = formatKeyPath(resolved.decisions[field]?.path ?? []);
    return [{ container, key: requested.key, field, requested: id, instead, overriddenBy }];
  });
}

/** Kubernetes would refuse to start root under `runAsNonRoot`, late and in its own words. */
export function contradictionsOf(
  container: string,
  { context, decisions }: ResolvedContext,
): Contradiction[] {
  if (!isImpossibleUser(context)) return [];
  const decision = decisions['runAsUser'];
  const userKey = formatKeyPath(decision?.path ?? []);
  const isRequested = decision?.source === 'job';
  const { path = [], isShipped = false } = decisions['runAsNonRoot'] ?? {};
  const key = formatKeyPath(path);
  return [{ kind: 'contradiction', container, user: superuser, userKey, isRequested, key, isShipped }];
}

export function isImpossibleUser(context: SecurityFields): boolean {
  return context['runAsNonRoot'] === true && context['runAsUser'] === superuser;
}
