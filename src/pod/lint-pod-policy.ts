// `check --lint` and doctor, for the pod: what the operator may say, and what it weakens. What breaks a promise was refused
// when the policy was loaded (check-pod-policy.ts).
import type { LintFinding } from '../admission/lint/lint-policy.ts';
import { buildsDirectory } from '../layout/paths.ts';
import type { AppliedPolicy, Policy } from '../policy/policy.ts';
import { lintProfiles } from './lint-profiles.ts';
import { lintMaySet } from './may-set/lint-may-set.ts';
import { lintContexts } from './template/lint/lint-contexts.ts';
import { lintFields } from './template/lint/lint-fields.ts';
import { lintLimits } from './template/lint/lint-limits.ts';
import { lintVolumes } from './template/lint/lint-volumes.ts';
import { viewTemplate } from './template/template-view.ts';

/** `policy`: one that loaded. */
export function lintPodPolicy(policy: Policy): readonly LintFinding[] {
  return [...lintPods(policy), ...lintProfiles(policy, lintPods)];
}

function lintPods(policy: AppliedPolicy): readonly LintFinding[] {
  const template = policy.pod_template ?? {};
  const view = viewTemplate(template);
  return [
    ...lintContexts(policy),
    ...lintLimits(policy, view),
    ...lintFields(template, view),
    ...lintVolumes(view),
    ...lintServiceWorkspace(policy),
    ...lintMaySet(policy),
    ...lintLastingWorkspaces(policy),
  ];
}

/** Asked for, so no risk; whoever reviews the policy should know what it opens. */
function lintServiceWorkspace({ service_workspace }: Policy): LintFinding[] {
  if (service_workspace === 'none') return [];
  const message = `lets every service of a job read what GitLab's scripts keep at ${buildsDirectory}: the job's token, and its variables of type file`;
  return [{ path: ['service_workspace'], about: service_workspace, severity: 'remark', message }];
}

/** Each project that has a job gets a volume, or two. */
function lintLastingWorkspaces({ lasting_workspaces: lasting }: Policy): LintFinding[] {
  if (lasting === undefined || lasting.max_total !== undefined || lasting.projects !== undefined) return [];
  const message =
    'are for every project, and only a ResourceQuota can bound how much storage that is; set `max_total`, or name `projects`';
  return [{ path: ['lasting_workspaces'], about: 'lasting_workspaces', severity: 'remark', message }];
}
