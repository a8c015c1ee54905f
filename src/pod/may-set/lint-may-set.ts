// What `job_may_set` opens, for whoever reviews a policy: it was asked for, so that most of it is no risk.
import type { LintFinding } from '../../admission/lint/lint-policy.ts';
import type { Policy } from '../../policy/policy.ts';
import { fieldRisk } from '../template/lint/lint-finding.ts';

const ofControlPlane = /^node-role\.kubernetes\.io\/(?:control-plane|master|\*)(?:[=:]|$)/;

export function lintMaySet({ job_may_set: maySet = {} }: Pick<Policy, 'job_may_set'>): LintFinding[] {
  const { tolerations = [], node_selector = [], service_account = [] } = maySet;
  return [
    ...tolerations.flatMap((pattern, index) =>
      ofControlPlane.test(pattern)
        ? [
            fieldRisk(
              ['job_may_set', 'tolerations', index],
              pattern,
              'itselfOnly',
              'lets a job choose nodes of the control plane. Name the taint of nodes that are for jobs',
            ),
          ]
        : [],
    ),
    ...node_selector.flatMap((pattern, index) =>
      pattern.startsWith('kubernetes.io/hostname=')
        ? [
            fieldRisk(
              ['job_may_set', 'node_selector', index],
              pattern,
              'apart',
              'lets a job choose the very node that it shares with others. Name a label of a group of nodes',
            ),
          ]
        : [],
    ),
    ...service_account.flatMap((pattern, index) =>
      /^\**$/.test(pattern)
        ? [
            fieldRisk(
              ['job_may_set', 'service_account', index],
              pattern,
              'secrets',
              'lets a job take any account of the namespace, with the pull secrets and the rights in clouds that are tied to it. Name those that are for jobs',
            ),
          ]
        : [],
    ),
  ];
}
