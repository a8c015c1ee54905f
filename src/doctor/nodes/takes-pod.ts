// Whether the scheduler would put a pod on a node, as far as node and pod alone decide it; how full it is does not count.
import type { ClusterNode, Taint } from '../../cluster/cluster.ts';

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

/** What of a pod's spec says where it may run. */
export interface Placement {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
      };
    };
  };
}

/** null: it takes the pod; else why not, in a few words. */
export function whyNotTaken(node: ClusterNode, pod: Placement): string | null {
  const { spec, status, metadata } = node;
  const labels = metadata.labels ?? {};
  if (spec?.unschedulable === true) return 'cordoned';
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready !== undefined && ready.status !== 'True') return 'not ready';
  const taint = spec?.taints?.find((each) => !isTolerated(each, pod.tolerations ?? []));
  if (taint !== undefined) return `taint ${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`;
  const missing = Object.entries(pod.nodeSelector ?? {}).find(([key, value]) => labels[key] !== value);
  if (missing !== undefined) return `no label ${missing.join('=')}`;
  const terms = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => isMet(term, node)) ? null : 'node affinity';
}

/** As the scheduler does (k8s.io/api/core/v1, Toleration.ToleratesTaint). */
function isTolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  if (taint.effect === 'PreferNoSchedule') return true;
  return tolerations.some(({ key, operator = 'Equal', value = '', effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (key && key !== taint.key) return false;
    return operator === 'Exists' || value === (taint.value ?? '');
  });
}

function isMet({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: ClusterNode): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    matchExpressions.every((each) => holds(each, labels[each.key])) &&
    matchFields.every((each) => holds(each, node.metadata.name))
  );
}

function holds({ operator, values = [] }: Requirement, found: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return found !== undefined && values.includes(found);
    case 'NotIn':
      return found === undefined || !values.includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
    case 'Gt':
      return Number(found) > Number(values[0]);
    case 'Lt':
      return Number(found) < Number(values[0]);
    default:
      return false;
  }
}
