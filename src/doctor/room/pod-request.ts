// What one job asks of its node and of quotas, counted as Kubernetes counts a pod.
import type { ClusterNode, Manifest } from '../../cluster/cluster.ts';
import { readQuantity } from '../../policy/schema/values/quantity.ts';
import { plainLine } from '../../text/plain-text.ts';

type Amounts = Readonly<Record<string, string | number | null>>;

interface Container {
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
}

interface Spec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly resources?: Container['resources'];
  readonly overhead?: Amounts;
}

/** By resource: cores, bytes. */
export interface PodRequest {
  readonly requests: ReadonlyMap<string, number>;
  readonly limits: ReadonlyMap<string, number>;
}

/** Containers add up; init containers, which run before, count where one of them asks for more. */
export function requestOf(pod: Manifest): PodRequest {
  const spec = pod['spec'] as Spec;
  return { requests: total(spec, 'requests'), limits: total(spec, 'limits') };
}

function total(spec: Spec, kind: 'requests' | 'limits'): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  const amounts = (container: Container): readonly (readonly [string, number])[] =>
    entriesOf(container.resources?.[kind], kind === 'requests' ? container.resources?.limits : undefined);
  for (const container of spec.containers ?? [])
    for (const [resource, amount] of amounts(container)) sum.set(resource, (sum.get(resource) ?? 0) + amount);
  for (const container of spec.initContainers ?? [])
    for (const [resource, amount] of amounts(container))
      sum.set(resource, Math.max(sum.get(resource) ?? 0, amount));
  // What the pod as a whole asks for wins over the sum.
  for (const [resource, amount] of entriesOf(spec.resources?.[kind])) sum.set(resource, amount);
  for (const [resource, amount] of entriesOf(spec.overhead))
    sum.set(resource, (sum.get(resource) ?? 0) + amount);
  return sum;
}

/** @param otherwise a limit without a request is a request too */
function entriesOf(amounts: Amounts = {}, otherwise: Amounts = {}): readonly (readonly [string, number])[] {
  return Object.entries({ ...otherwise, ...amounts }).map(
    ([resource, amount]) => [resource, readQuantity(String(amount ?? 0)) ?? 0] as const,
  );
}

/** null: some node could take the pod, were it empty; else what is too much, beside the largest that there is. */
export function tooSmallFor({ requests }: PodRequest, nodes: readonly ClusterNode[]): string | null {
  const has = (node: ClusterNode, resource: string): number =>
    readQuantity(node.status?.allocatable?.[resource] ?? '') ?? Number.POSITIVE_INFINITY;
  const asked = [...requests];
  if (nodes.some((node) => asked.every(([resource, amount]) => has(node, resource) >= amount))) return null;
  const faults = asked.flatMap(([resource, amount]) => {
    const largest = Math.max(...nodes.map((node) => has(node, resource)));
    return largest >= amount
      ? []
      : [
          `it requests ${formatAmount(resource, amount)}, and the largest has ${formatAmount(resource, largest)}`,
        ];
  });
  return faults.length === 0 ? 'no single one has all of what it requests' : faults.join('; ');
}

const gibibyte = 1024 ** 3;
const mebibyte = 1024 ** 2;

/** `4.5 Gi of memory`, `2 of cpu`. */
export function formatAmount(resource: string, amount: number): string {
  const name = plainLine(resource);
  const isBytes = /memory|storage/.test(resource);
  const rounded = (value: number): string => `${Math.round(value * 100) / 100}`;
  if (!isBytes) return `${rounded(amount)} ${name}`;
  return amount >= gibibyte
    ? `${rounded(amount / gibibyte)} Gi of ${name}`
    : `${rounded(amount / mebibyte)} Mi of ${name}`;
}
