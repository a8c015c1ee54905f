// What is wrong with the security of a policy as a whole; found when it is loaded, not when the first job comes.

import { serviceIndex } from '../layout/container-names.ts';
import { maxId } from '../layout/ids.ts';
import { malformed } from '../policy/malformed.ts';
import type { Policy, SecurityFields } from '../policy/policy.ts';
import type { KeyPath, Problem } from '../policy/problem.ts';
import type { ReadablePolicy } from '../policy/readable-policy.ts';
import { isObject } from './field-values.ts';
import type { SecurityInput } from './job-security.ts';
import { nameDecision, type ResolvedContext } from './layers.ts';
import { isImpossibleUser } from './overridden-requests.ts';
import { resolveSecurity } from './resolve-context.ts';
import { checkPolicyContext, commonFields } from './security-fields.ts';
import { templateContainers, templatePodFields } from './template-contexts.ts';

type Keys = 'default_security_context' | 'enforced_security_context' | 'pod_template';
type Contexts = Pick<Policy, Keys>;

/**
 * All problems at once; empty: every job can be given its contexts. Fields inside `pod_template` are checkPodTemplate's; here
 * it is only asked whether they can stand together with the rest.
 */
export function checkPolicySecurity(policy: Pick<ReadablePolicy, Keys>): Problem[] {
  const ofFields = (['default_security_context', 'enforced_security_context'] as const).flatMap((key) => {
    const fields = policy[key];
    return fields === malformed ? [] : checkPolicyContext(fields, [key]);
  });
  if (ofFields.length > 0 || !isReadable(policy)) return ofFields;
  return [...missingUser(policy), ...impossibleContainers(policy)];
}

function isReadable(policy: Pick<ReadablePolicy, Keys>): policy is Contexts {
  const { default_security_context, enforced_security_context, pod_template } = policy;
  return [default_security_context, enforced_security_context, pod_template].every(
    (value) => value !== malformed,
  );
}

/** Who runs the job must be known; root is meant only where the policy says that non-root is not asked for. */
function missingUser(policy: Contexts): Problem[] {
  const { default_security_context, enforced_security_context, pod_template } = policy;
  const fields = {
    ...contextOfBuild(default_security_context),
    ...templatePodFields(pod_template),
    ...contextOfBuild(enforced_security_context),
  };
  if (fields['runAsUser'] !== undefined || fields['runAsNonRoot'] === false) return [];
  const message =
    `is missing: build and helper run as one user, and an image's own user is not known. Set a number from 1 to ${maxId}, ` +
    'or runAsNonRoot: false for root inside the user namespace, as config/policies/root-in-user-namespace.yaml does';
  return [{ path: ['default_security_context', 'runAsUser'], message }];
}

const contextOfBuild = (context: SecurityFields): SecurityFields => ({
  ...commonFields(context),
  ...(isObject(context['build']) ? context['build'] : {}),
});

function impossibleContainers(policy: Contexts): Problem[] {
  const security = resolveSecurity({ policy, build: null, services: refinedServices(policy) });
  const found = new Map<string, Problem>();
  for (const { context, decisions } of Object.values(security.containers)) {
    const pathOf = (field: string): KeyPath => decisions[field]?.path ?? [];
    for (const [field, message] of impossibilities(context, decisions)) {
      const path = pathOf(field);
      if (path.length > 0) found.set(path.join('.'), { path, message });
    }
  }
  return [...found.values()];
}

/** One service without a request for each `svc-N` that the template knows of. */
function refinedServices({ pod_template }: Contexts): SecurityInput['services'] {
  return templateContainers(pod_template).flatMap(({ name }) => {
    const index = serviceIndex(name);
    return index === null ? [] : [{ index, requested: null }];
  });
}

/** Where nobody names a user it is root, and what is to blame is the demand for another. */
function impossibleUser({ runAsUser, runAsNonRoot }: ResolvedContext['decisions']): [string, string] {
  if (runAsUser === undefined || runAsUser.source === 'ours') {
    return ['runAsNonRoot', 'is true, and no user is set: this container could not start as root'];
  }
  const by = runAsNonRoot === undefined ? 'runAsNonRoot' : nameDecision(runAsNonRoot);
  return ['runAsUser', `is 0, and ${by} is true: this container could not start; ${waysOut}`];
}

const waysOut =
  'choose a user from 1 on, or set runAsNonRoot: false in enforced_security_context for root inside the user namespace, as ' +
  'config/policies/root-in-user-namespace.yaml does';

/** The field that is to blame, and why no container can start like this: what else decides it may not stand in the policy. */
function impossibilities(
  context: SecurityFields,
  decisions: ResolvedContext['decisions'],
): [string, string][] {
  const found: [string, string][] = [];
  const decider = (field: string): string => {
    const decision = decisions[field];
    return decision === undefined ? field : nameDecision(decision);
  };
  if (isImpossibleUser(context)) found.push(impossibleUser(decisions));
  const capabilities = context['capabilities'];
  const added = isObject(capabilities) ? capabilities['add'] : undefined;
  if (Array.isArray(added) && added.includes('SYS_ADMIN') && context['allowPrivilegeEscalation'] === false) {
    found.push([
      'capabilities.add',
      `adds SYS_ADMIN, which Kubernetes refuses together with allowPrivilegeEscalation: false (${decider('allowPrivilegeEscalation')})`,
    ]);
  }
  return found;
}
