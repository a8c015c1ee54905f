// What is wrong with the security of a policy as a whole; found when it is loaded, not when the first job comes.
import type { Policy } from '../policy/policy.ts';
import { isObject } from './field-values.ts';
import { layerFields } from './layers.ts';
import type { Problem } from './problem.ts';
import { checkSecurityFields } from './security-fields.ts';

type Contexts = Pick<Policy, 'default_security_context' | 'enforced_security_context'>;

const keys = ['default_security_context', 'enforced_security_context'] as const;

/** All problems at once; empty: every job can be given its contexts. */
export function checkPolicySecurity(policy: Contexts): Problem[] {
  const ofFields = keys.flatMap((key) => checkSecurityFields(policy[key], [key]));
  return ofFields.length > 0 ? ofFields : contradictions(policy);
}

function contradictions(policy: Contexts): Problem[] {
  const { context, decisions } = layerFields('container', [
    { source: 'default', origin: keys[0], fields: policy.default_security_context },
    { source: 'enforced', origin: keys[1], fields: policy.enforced_security_context },
  ]);
  const pathOf = (field: string): string[] => decisions[field]?.origin.split('.') ?? [keys[0], field];
  const problems: Problem[] = [];
  if (context['runAsNonRoot'] === true && context['runAsUser'] === 0) {
    problems.push({
      path: pathOf('runAsUser'),
      message: `is 0, which ${decisions['runAsNonRoot']?.origin ?? ''}: true forbids: no container could start`,
    });
  }
  if (context['runAsUser'] === undefined && context['runAsNonRoot'] !== false) {
    problems.push({
      path: [keys[0], 'runAsUser'],
      message:
        "is missing: build and helper run as one user, and an image's own user is not known. Set a number from 1 to 65535, " +
        'or set runAsNonRoot: false for root inside the user namespace (config/profiles/root-in-user-namespace.yaml)',
    });
  }
  const added = isObject(context['capabilities']) ? context['capabilities']['add'] : undefined;
  if (Array.isArray(added) && added.includes('SYS_ADMIN') && context['allowPrivilegeEscalation'] === false) {
    problems.push({
      path: pathOf('capabilities.add'),
      message: 'adds SYS_ADMIN, which Kubernetes refuses together with allowPrivilegeEscalation: false',
    });
  }
  return problems;
}
