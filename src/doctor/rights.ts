// What the runner's account may do, asked verb by verb (SelfSubjectAccessReview), and the rule for what it may not.
import type { AccessQuestion, Cluster } from '../cluster/cluster.ts';
import type { Policy } from '../policy/policy.ts';
import { ask, foundOf } from './call.ts';
import { type DoctorFinding, fail, ok, type Remedy, skip, warn } from './doctor-finding.ts';

export interface Right {
  /** As a Role spells it. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** What cannot be done without it. */
  readonly need: string;
  /** Jobs run without it, and log less. */
  readonly isOptional?: boolean;
}

/** The rules of config/rbac.yaml; a test holds the two together. */
export const neededRights: readonly Right[] = [
  { resource: 'pods', verbs: ['create', 'get', 'list', 'watch', 'delete'], need: 'no job can run' },
  // A WebSocket upgrade is a GET; from 1.35 on `create` is asked for as well (KEP-4006).
  { resource: 'pods/exec', verbs: ['get', 'create'], need: 'no script can be run in a pod' },
  { resource: 'pods/log', verbs: ['get'], need: 'the logs of services cannot be shown', isOptional: true },
  {
    resource: 'secrets',
    verbs: ['create', 'list', 'patch', 'delete'],
    need: "registry credentials and services' variables cannot be given to a pod and taken away again",
  },
  {
    resource: 'events',
    verbs: ['list', 'watch'],
    need: 'authors cannot see what their pod waits for',
    isOptional: true,
  },
];

/** The rule of config/kubernetes/workspace-rights.yaml; only where the policy has `lasting_workspaces`. */
export const workspaceRight: Right = {
  resource: 'persistentvolumeclaims',
  verbs: ['create', 'list', 'patch', 'delete'],
  need: 'no job for which the policy has lasting_workspaces can run',
};

export async function checkRights(
  cluster: Cluster,
  { lasting_workspaces }: Pick<Policy, 'lasting_workspaces'>,
  signal: AbortSignal,
): Promise<readonly DoctorFinding[]> {
  const rights = lasting_workspaces === undefined ? neededRights : [...neededRights, workspaceRight];
  const findings = await Promise.all(rights.map((right) => checkRight(right, cluster, signal)));
  return [...findings, await checkSurplus(cluster, signal)];
}

async function checkRight(right: Right, cluster: Cluster, signal: AbortSignal): Promise<DoctorFinding> {
  const check = `right: ${right.resource}`;
  const [resource = '', subresource] = right.resource.split('/');
  const questions = right.verbs.map((verb) => ({ verb, resource, ...(subresource ? { subresource } : {}) }));
  const result = await ask((limit) => areAllowed(cluster, questions, limit), signal);
  if ('refused' in result) return skip(check, foundOf(result.refused));
  const missing = right.verbs.filter((_, index) => !result.answer[index]);
  if (missing.length === 0) return ok(check, right.verbs.join(', '));
  const worse = right.isOptional ? warn : fail;
  return worse(check, `missing: ${missing.join(', ')}; ${right.need}`, ruleFor(right));
}

function areAllowed(
  cluster: Cluster,
  questions: readonly AccessQuestion[],
  signal: AbortSignal,
): Promise<boolean[]> {
  return Promise.all(questions.map((question) => cluster.isAllowed(question, { signal })));
}

function ruleFor({ resource, verbs }: Right): Remedy {
  const quoted = verbs.map((verb) => `"${verb}"`).join(', ');
  const file = resource === workspaceRight.resource ? 'kubernetes/workspace-rights.yaml' : 'rbac.yaml';
  return {
    text: `Add to \`rules\` of the runner's Role (config/${file} is all of it):`,
    code: `- apiGroups: [""]\n  resources: ["${resource}"]\n  verbs: [${quoted}]`,
  };
}

/** An account that may do everything is no obstacle to jobs; but whoever breaks into the runner's machine has it too. */
async function checkSurplus(cluster: Cluster, signal: AbortSignal): Promise<DoctorFinding> {
  const check = 'least rights';
  const result = await ask(
    (limit) => cluster.isAllowed({ verb: '*', resource: '*' }, { signal: limit }),
    signal,
  );
  if ('refused' in result) return skip(check, foundOf(result.refused));
  if (!result.answer) return ok(check, 'the account may not do everything, as it should be');
  return warn(
    check,
    `the account may do everything in namespace ${cluster.namespace}; jobs need much less, and anyone who steals the runner's credentials gets them all`,
    {
      text: "Give the runner an account of its own, and that one's kubeconfig to the policy (the file's last line names the namespace too):",
      code: `kubectl apply -n ${cluster.namespace} -f config/rbac.yaml`,
    },
  );
}
