// The security contexts of a whole pod: default < pod_template < the job's request < enforced, for every container there is.
// Every container gets all its fields written out, so that nothing depends on what a neighbour inherits.

import {
  buildContainer,
  helperContainer,
  initUserNamespace,
  initWorkspace,
  isExecutorContainer,
  serviceContainer,
} from '../layout/container-names.ts';
import type { ContainerRole, SecurityFields } from '../policy/policy.ts';
import type { Contradiction, JobSecurity, RequestedIds, SecurityInput } from './job-security.ts';
import { type LayerDecision, layerFields, type ResolvedContext } from './layers.ts';
import { contradictionsOf, overriddenRequests, superuser } from './overridden-requests.ts';
import {
  containerTemplate,
  defaultsFor,
  enforcedFor,
  initContainerLayer,
  jobLayer,
  podTemplate,
} from './policy-layers.ts';
import type { ContextKind } from './security-fields.ts';
import { templateContainers } from './template-contexts.ts';

/** @returns contradictions as values: the caller turns them into a rejection. */
export function resolveSecurity(input: SecurityInput): JobSecurity {
  const { policy } = input;
  const containers = resolveContainers(input);
  return {
    pod: layerFields('pod', [
      ...defaultsFor(policy, null),
      podTemplate(policy),
      ...enforcedFor(policy, null),
    ]),
    containers,
    overridden: overriddenRequests(containers, input),
    contradictions: contradictionsIn(containers),
  };
}

/** Containers that are the build's user for its sake are named only where build itself could start. */
function contradictionsIn(containers: JobSecurity['containers']): Contradiction[] {
  const derived: readonly string[] = derivedContainers.map(([name]) => name);
  const found = Object.entries(containers).flatMap(([name, resolved]) => contradictionsOf(name, resolved));
  const isBuildPossible = !found.some(({ container }) => container === buildContainer);
  return found.filter(({ container }) => isBuildPossible || !derived.includes(container));
}

function resolveContainers({ policy, build, services }: SecurityInput): Record<string, ResolvedContext> {
  const ofBuild = resolveContainer({
    policy,
    role: 'build',
    kind: 'build',
    name: buildContainer,
    requested: build,
  });
  const containers: Record<string, ResolvedContext> = { [buildContainer]: ofBuild };
  const asBuild = userOf(ofBuild);
  for (const [name, role] of derivedContainers) {
    containers[name] = resolveContainer({ policy, role, kind: role, name, requested: null, asBuild });
  }
  for (const { index, requested } of services) {
    containers[serviceContainer(index)] = resolveContainer({
      policy,
      role: 'service',
      kind: 'services',
      name: serviceContainer(index),
      requested,
    });
  }
  for (const { name } of templateContainers(policy.pod_template)) {
    if (isExecutorContainer(name)) continue;
    containers[name] = resolveContainer({ policy, role: 'service', kind: null, name, requested: null });
  }
  return containers;
}

/** These work on what the job's user owns, so they are that user. */
const derivedContainers = [
  [helperContainer, 'helper'],
  [initWorkspace, 'init'],
  [initUserNamespace, 'init'],
] as const;

interface ContainerInput {
  readonly policy: SecurityInput['policy'];
  readonly role: ContainerRole;
  /** null: a container of the template's own. */
  readonly kind: ContextKind | null;
  readonly name: string;
  readonly requested: RequestedIds | null;
  readonly asBuild?: User;
}

/** The build's user, with who decided it. */
interface User {
  readonly fields: SecurityFields;
  readonly decisions: Readonly<Record<string, LayerDecision>>;
}

function resolveContainer({ policy, role, kind, name, requested, asBuild }: ContainerInput): ResolvedContext {
  const layers = [
    ...defaultsFor(policy, kind),
    podTemplate(policy),
    ...containerTemplate(policy, name),
    ...(requested ? [jobLayer(requested)] : []),
    ...enforcedFor(policy, kind),
    ...(role === 'init' ? [initContainerLayer] : []),
  ];
  const resolved = layerFields('container', layers);
  if (asBuild) {
    return {
      context: { ...resolved.context, ...asBuild.fields },
      decisions: { ...resolved.decisions, ...asBuild.decisions },
    };
  }
  return withNumericUser(role, resolved);
}

/**
 * Build and helper must be one user, and an image's own user is not known here: what the policy leaves open is root (only a
 * policy that says `runAsNonRoot: false` may leave it open), and the group is the user's number.
 */
function withNumericUser(role: ContainerRole, { context, decisions }: ResolvedContext): ResolvedContext {
  const ours: LayerDecision = { source: 'ours', path: [] };
  if (role === 'service' && context['runAsUser'] === undefined) return { context, decisions };
  const runAsUser = context['runAsUser'] ?? superuser;
  return {
    context: { runAsUser, runAsGroup: runAsUser, ...context },
    decisions: { runAsUser: ours, runAsGroup: ours, ...decisions },
  };
}

function userOf({ context, decisions }: ResolvedContext): User {
  const fields: Record<string, unknown> = {};
  const by: Record<string, LayerDecision> = {};
  for (const field of ['runAsUser', 'runAsGroup']) {
    fields[field] = context[field];
    const decision = decisions[field];
    if (decision) by[field] = decision;
  }
  return { fields, decisions: by };
}
