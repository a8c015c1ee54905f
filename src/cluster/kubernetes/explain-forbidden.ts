// A 403 is one of many things: a missing right, Pod Security, a full quota, somebody's admission policy. Only the server's words
// tell them apart: they are a table in forbidden-causes.ts.
import type { ApiCall } from './api-call.ts';
import { forbiddenCauses, type RefusalExplanation } from './forbidden-causes.ts';

/** @param message the API server's words */
export function explainForbidden(message: string, call: ApiCall, namespace: string): RefusalExplanation {
  const found = forbiddenCauses.find(({ messagePattern }) => messagePattern.test(message));
  if (found) {
    const { code, author, operator } = found;
    return {
      code,
      ...(author === undefined ? {} : { author }),
      ...(operator === undefined ? {} : { operator }),
      ...(code === 'pod-security' ? violatedLevelIn(message) : {}),
    };
  }
  // RBAC's own words are the most exact: a watch begins with a list.
  const [, verb = call.verb, resource = call.resource || call.path] =
    /cannot (\w+) resource "([\w/]+)"/.exec(message) ?? [];
  return {
    code: 'forbidden',
    operator: `grant the account \`${verb}\` on \`${resource}\` in namespace ${namespace}; config/rbac.yaml holds all that it needs.`,
  };
}

/** Empty when the server words it otherwise. */
function violatedLevelIn(message: string): Pick<RefusalExplanation, 'violatedLevel'> {
  const [, level, version] = /violates PodSecurity "(\w+):(latest|v1\.\d+)"/.exec(message) ?? [];
  return level === undefined || version === undefined ? {} : { violatedLevel: { level, version } };
}
