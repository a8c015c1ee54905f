// The security contexts of a whole pod: default < pod_template < the job's wish < enforced, for every container there is.
// Every container gets all its fields written out, so that nothing depends on what a neighbour inherits.
import type { ContainerRole, Policy, SecurityFields } from '../policy/policy.ts';
import { type Decision, type Layer, layerFields, type ResolvedContext } from './layers.ts';
import {
  ourContainerName,
  templateContainerFields,
  templateContainers,
  templatePodFields,
} from './template-contexts.ts';

/** The job's wish for a user, as admission parsed it. */
export interface Wish {
  readonly uid: number;
  readonly gid: number | null;
  /** How the author wrote it: `image:kubernetes:user`. */
  readonly key: string;
}

export interface JobSecurity {
  readonly pod: ResolvedContext;
  /** By container name: `build`, `helper`, `init-workspace`, `init-user-namespace`, `svc-N`, and the template's own. */
  readonly containers: Readonly<Record<string, ResolvedContext>>;
  /** For the log: the job goes on without these. */
  readonly dropped: readonly DroppedWish[];
  /** Not empty: the job cannot run, and no API call is made. */
  readonly contradictions: readonly Contradiction[];
}

export interface DroppedWish {
  readonly container: string;
  /** `image:kubernetes:user`. */
  readonly key: string;
  readonly field: 'runAsUser' | 'runAsGroup';
  readonly wished: number;
  readonly instead: number;
  /** `enforced_security_context.runAsUser`. */
  readonly droppedBy: string;
}

export interface Contradiction {
  readonly kind: 'contradiction';
  readonly container: string;
  readonly user: number;
  /** Where the user comes from: the job's key, or a key path of the policy. */
  readonly userKey: string;
  /** What forbids it: a key path of the policy. */
  readonly key: string;
}

export interface SecurityRequest {
  readonly policy: Pick<Policy, 'default_security_context' | 'enforced_security_context' | 'pod_template'>;
  readonly build: Wish | null;
  /** In the order of the job's services. */
  readonly services: readonly (Wish | null)[];
}

const superuser = 0;

/** @returns contradictions as values: the caller turns them into a rejection. */
export function resolveSecurity(request: SecurityRequest): JobSecurity {
  const { policy } = request;
  const containers = resolveContainers(request);
  const judged = Object.entries(containers).filter(([name]) => !followers.some(([same]) => same === name));
  return {
    pod: layerFields('pod', [defaults(policy), podTemplate(policy), enforced(policy)]),
    containers,
    dropped: droppedWishes(containers, request),
    contradictions: judged.flatMap(([name, resolved]) => contradictionOf(name, resolved)),
  };
}

function resolveContainers({ policy, build, services }: SecurityRequest): Record<string, ResolvedContext> {
  const ofBuild = resolveContainer({ policy, role: 'build', name: 'build', wish: build });
  const containers: Record<string, ResolvedContext> = { build: ofBuild };
  const asBuild = userOf(ofBuild);
  for (const [name, role] of followers) {
    containers[name] = resolveContainer({ policy, role, name, wish: null, asBuild });
  }
  for (const [index, wish] of services.entries()) {
    containers[`svc-${index}`] = resolveContainer({ policy, role: 'service', name: `svc-${index}`, wish });
  }
  for (const { name } of templateContainers(policy.pod_template)) {
    if (ourContainerName.test(name)) continue;
    containers[name] = resolveContainer({ policy, role: 'service', name, wish: null });
  }
  return containers;
}

/** These work on what the job's user owns, so they are that user. */
const followers = [
  ['helper', 'helper'],
  ['init-workspace', 'init'],
  ['init-user-namespace', 'init'],
] as const;

interface ContainerRequest {
  readonly policy: SecurityRequest['policy'];
  readonly role: ContainerRole;
  readonly name: string;
  readonly wish: Wish | null;
  readonly asBuild?: User;
}

/** The build's user, with who decided it. */
interface User {
  readonly fields: SecurityFields;
  readonly decisions: Readonly<Record<string, Decision>>;
}

function resolveContainer({ policy, role, name, wish, asBuild }: ContainerRequest): ResolvedContext {
  const layers = [defaults(policy), podTemplate(policy), containerTemplate(policy, name)];
  if (wish) layers.push(jobLayer(wish));
  layers.push(enforced(policy));
  if (role === 'init') layers.push(leastOfInit);
  const resolved = layerFields('container', layers);
  if (asBuild) {
    return {
      context: { ...resolved.context, ...asBuild.fields },
      decisions: { ...resolved.decisions, ...asBuild.decisions },
    };
  }
  return withNumericUser(role, resolved);
}

/** An init container of ours makes one directory or reads one file. */
const leastOfInit: Layer = {
  source: 'ours',
  origin: 'gitlab-pod-executor',
  fields: { allowPrivilegeEscalation: false, capabilities: { add: [], drop: ['ALL'] } },
};

/**
 * Build and helper must be one user, and an image's own user is not known here: what the policy leaves open is root (only a
 * policy that says `runAsNonRoot: false` may leave it open), and the group is the user's number.
 */
function withNumericUser(role: ContainerRole, { context, decisions }: ResolvedContext): ResolvedContext {
  const ours = (field: string): Decision => ({ source: 'ours', origin: `gitlab-pod-executor.${field}` });
  if (role === 'service' && context['runAsUser'] === undefined) return { context, decisions };
  const runAsUser = context['runAsUser'] ?? superuser;
  return {
    context: { runAsUser, runAsGroup: runAsUser, ...context },
    decisions: { runAsUser: ours('runAsUser'), runAsGroup: ours('runAsGroup'), ...decisions },
  };
}

function userOf({ context, decisions }: ResolvedContext): User {
  const fields: Record<string, unknown> = {};
  const by: Record<string, Decision> = {};
  for (const field of ['runAsUser', 'runAsGroup']) {
    fields[field] = context[field];
    const decision = decisions[field];
    if (decision) by[field] = decision;
  }
  return { fields, decisions: by };
}

function droppedWishes(
  containers: Readonly<Record<string, ResolvedContext>>,
  { build, services }: SecurityRequest,
): DroppedWish[] {
  const wishes = [build, ...services].map((wish, index) => ({
    container: index === 0 ? 'build' : `svc-${index - 1}`,
    wish,
  }));
  return wishes.flatMap(({ container, wish }) => {
    const resolved = containers[container];
    if (!wish || !resolved) return [];
    const wished = { runAsUser: wish.uid, runAsGroup: wish.gid };
    return (['runAsUser', 'runAsGroup'] as const).flatMap((field) => {
      const [value, instead] = [wished[field], Number(resolved.context[field])];
      if (value === null || value === instead) return [];
      const droppedBy = resolved.decisions[field]?.origin ?? '';
      return [{ container, key: wish.key, field, wished: value, instead, droppedBy }];
    });
  });
}

function contradictionOf(container: string, { context, decisions }: ResolvedContext): Contradiction[] {
  if (context['runAsNonRoot'] !== true || context['runAsUser'] !== superuser) return [];
  const by = decisions['runAsUser'];
  const userKey = by?.source === 'job' ? by.origin.replace(/\.runAsUser$/, '') : (by?.origin ?? '');
  const key = decisions['runAsNonRoot']?.origin ?? '';
  return [{ kind: 'contradiction', container, user: superuser, userKey, key }];
}

const defaults = (policy: SecurityRequest['policy']): Layer => ({
  source: 'default',
  origin: 'default_security_context',
  fields: policy.default_security_context,
});
const enforced = (policy: SecurityRequest['policy']): Layer => ({
  source: 'enforced',
  origin: 'enforced_security_context',
  fields: policy.enforced_security_context,
});
const podTemplate = (policy: SecurityRequest['policy']): Layer => ({
  source: 'template',
  origin: 'pod_template.spec.securityContext',
  fields: templatePodFields(policy.pod_template),
});
const containerTemplate = (policy: SecurityRequest['policy'], name: string): Layer => ({
  source: 'template',
  origin: `pod_template (container ${name}).securityContext`,
  fields: templateContainerFields(policy.pod_template, name),
});
const jobLayer = ({ uid, gid, key }: Wish): Layer => ({
  source: 'job',
  origin: key,
  fields: { runAsUser: uid, ...(gid === null ? {} : { runAsGroup: gid }) },
});
