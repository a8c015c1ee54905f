// Times, hooks, patches, and what follows a pod from its start to its end.
import { parse } from 'yaml';
import { isObject } from '../../security/field-values.ts';
import { setValue } from '../draft.ts';
import { mergePatch } from '../merge-patch.ts';
import type { Row, Take } from './row.ts';

const readyTimeout: Take = ({ key, value, draft }) => {
  if (Number(value) <= 0)
    return { says: 'It is not positive, which means 180 to GitLab Runner; the policy has 10 minutes.' };
  setValue(draft, ['timeouts', 'ready'], `${Number(value)}s`, key);
  return undefined;
};

/** Strategic and merge patches are what `pod_template` is. */
const patches: Take = ({ key, value, draft }) => {
  const [without, unread]: [string[], string[]] = [[], []];
  for (const { name, patch, patch_type = 'strategic' } of value as readonly Readonly<
    Record<string, unknown>
  >[]) {
    const called = typeof name === 'string' ? name : 'one without a name';
    const spec = typeof patch === 'string' ? readPatch(patch) : null;
    if (patch_type === 'json' || typeof patch !== 'string') without.push(called);
    else if (spec === null) unread.push(called);
    else mergePatch(draft, ['pod_template', 'spec'], spec, key);
  }
  const says = [
    ...(without.length === 0
      ? []
      : [
          `Not taken over: ${without.join(', ')}. JSON patches and files (\`patch_path\`) have no counterpart; write in \`pod_template\` what comes of them.`,
        ]),
    ...(unread.length === 0
      ? []
      : [
          `Not taken over: ${unread.join(', ')}. \`patch\` has to be YAML or JSON with keys of a pod's \`spec\`, in GitLab Runner too.`,
        ]),
  ];
  return says.length === 0 ? undefined : { verdict: 'different', says: says.join(' ') };
};

function readPatch(patch: string): Readonly<Record<string, unknown>> | null {
  try {
    const spec: unknown = parse(patch);
    return isObject(spec) ? spec : null;
  } catch {
    return null;
  }
}

const other = (keys: readonly string[], verdict: 'different' | 'none', says: string, becomes = ''): Row => ({
  section: 'kubernetes',
  keys,
  verdict,
  becomes,
  says,
});

export const lifeRows: readonly Row[] = [
  {
    section: 'kubernetes',
    keys: ['poll_timeout'],
    verdict: 'same',
    becomes: 'timeouts.ready',
    says: 'In seconds there, a duration here.',
    take: readyTimeout,
  },
  {
    section: 'kubernetes',
    keys: ['pod_spec', 'pod_spec.*'],
    verdict: 'pod_template',
    becomes: 'pod_template.spec',
    says: 'What would break a promise of the executor is refused, field by field.',
    take: patches,
  },
  other(
    ['poll_interval'],
    'different',
    'Pods are watched, and not asked again and again; there is nothing to set.',
  ),
  other(
    ['pod_termination_grace_period_seconds', 'cleanup_grace_period_seconds'],
    'different',
    'A script that is cancelled has `timeouts.stop_grace` between TERM and KILL; the pod itself ends at once after that.',
    'timeouts.stop_grace',
  ),
  other(
    ['cleanup_resources_timeout'],
    'different',
    '`cleanup_exec_timeout` of `[runners.custom]` bounds it.',
    '[runners.custom] cleanup_exec_timeout',
  ),
  other(
    ['print_pod_warning_events'],
    'different',
    'Events that explain why a pod waits or ends are always in the log.',
  ),
  other(
    ['container_lifecycle', 'container_lifecycle.*'],
    'none',
    'No hook runs beside the scripts of a job. Call at the start of `pre_build_script` what `post_start` did.',
  ),
  other(
    ['pod_disruption_budget'],
    'none',
    'A job whose pod is evicted ends as a system failure, which `retry` can catch. A budget for the labels of `pod_template` can be made by hand.',
  ),
  other(
    ['autoscaler', 'autoscaler.*'],
    'none',
    "There are no pause pods. Ask your cluster's autoscaler to keep room (a Deployment of low priority does the same).",
  ),
];
