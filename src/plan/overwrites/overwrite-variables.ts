// The variables with which a job asks GitLab's Kubernetes executor for something of its pod. Source of the names: GitLab Runner,
// executors/kubernetes/overwrites.go.
import type { SettingList } from '../../pod/may-set/setting.ts';

export const overwritePrefix = 'KUBERNETES_';

/** What a policy may leave to jobs. A request or a limit of one kind of container. */
export interface AmountVariable {
  readonly name: string;
  readonly role: 'build' | 'helper' | 'service';
  readonly list: 'requests' | 'limits';
  readonly amount: 'cpu' | 'memory' | 'ephemeral-storage';
}

const amounts = { CPU: 'cpu', MEMORY: 'memory', EPHEMERAL_STORAGE: 'ephemeral-storage' } as const;
const ends = { REQUEST: 'requests', LIMIT: 'limits' } as const;
const roles = { '': 'build', HELPER_: 'helper', SERVICE_: 'service' } as const;

export const amountVariables: readonly AmountVariable[] = entriesOf(roles).flatMap(([of, role]) =>
  entriesOf(amounts).flatMap(([what, amount]) =>
    entriesOf(ends).map(([end, list]) => ({
      name: `${overwritePrefix}${of}${what}_${end}`,
      role,
      list,
      amount,
    })),
  ),
);

export const amountVariable = (amount: Omit<AmountVariable, 'name'>): string =>
  amountVariables.find(
    ({ role, list, amount: what }) => role === amount.role && list === amount.list && what === amount.amount,
  )?.name ?? '';

function entriesOf<Key extends string, Value>(record: Readonly<Record<Key, Value>>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}

/** What follows is the job's. */
export const settingPrefixes: Readonly<Record<SettingList, string>> = {
  node_selector: `${overwritePrefix}NODE_SELECTOR_`,
  tolerations: `${overwritePrefix}NODE_TOLERATIONS_`,
  labels: `${overwritePrefix}POD_LABELS_`,
  annotations: `${overwritePrefix}POD_ANNOTATIONS_`,
};

export const accountVariable = `${overwritePrefix}SERVICE_ACCOUNT_OVERWRITE`;

/** What no policy leaves to jobs. */
export const podAmountVariables = ['CPU_REQUEST', 'CPU_LIMIT', 'MEMORY_REQUEST', 'MEMORY_LIMIT'].map(
  (end) => `${overwritePrefix}POD_${end}`,
);
export const identityVariables = [`${overwritePrefix}NAMESPACE_OVERWRITE`, `${overwritePrefix}BEARER_TOKEN`];
