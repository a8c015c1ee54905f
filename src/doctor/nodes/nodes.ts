// Each kind of node that may get a job's pod, and what those of it lack. What a node says of itself is a hint: the probe proves it,
// on one node of each kind.
import type { Cluster, ClusterNode, Manifest } from '../../cluster/cluster.ts';
import { plainLine } from '../../text/plain-text.ts';
import { shortList } from '../../text/short-list.ts';
import { ask } from '../call.ts';
import { type DoctorFinding, fail, ok, type Remedy, warn } from '../doctor-finding.ts';
import { notListed } from '../room/not-listed.ts';
import { type PodRequest, tooSmallFor } from '../room/pod-request.ts';
import { groupNodes, type NodeKind } from './node-kinds.ts';
import { type Placement, whyNotTaken } from './takes-pod.ts';

export interface NodesInput {
  readonly cluster: Cluster;
  /** A job's pod. */
  readonly manifest: Manifest;
  readonly request: PodRequest;
  readonly signal: AbortSignal;
}

export interface NodesSeen {
  readonly findings: readonly DoctorFinding[];
  /** Those that may get a job; empty: none, or they may not be listed. */
  readonly kinds: readonly NodeKind[];
}

const check = 'nodes';
/** More kinds are a list, and no cluster has them by intention. */
export const maxKinds = 8;
const maxNamed = 3;

export async function checkNodes({ cluster, manifest, request, signal }: NodesInput): Promise<NodesSeen> {
  const result = await ask((limit) => cluster.listNodes({ signal: limit }), signal);
  if ('refused' in result) return { findings: [notListed(check, result.refused, 'nodes')], kinds: [] };
  const { runtimeClassName, ...placement } = manifest['spec'] as Placement & {
    readonly runtimeClassName?: string;
  };
  const taking = result.answer.filter((node) => whyNotTaken(node, placement) === null);
  // The handler of a RuntimeClass stands in that object, which is not read.
  const kinds = groupNodes(taking, runtimeClassName === undefined ? '' : null);
  const all = describeAll({ nodes: result.answer, taking, placement, kinds, request });
  return { findings: [all, ...kinds.slice(0, maxKinds).map(describeKind)], kinds };
}

interface Listed {
  readonly nodes: readonly ClusterNode[];
  readonly taking: readonly ClusterNode[];
  readonly placement: Placement;
  readonly kinds: readonly NodeKind[];
  readonly request: PodRequest;
}

function describeAll({ nodes, taking, placement, kinds, request }: Listed): DoctorFinding {
  const others = countReasons(nodes, placement);
  const rest = others === '' ? '' : `; not on ${nodes.length - taking.length}: ${others}`;
  if (taking.length === 0) return fail(check, `no node takes a job's pod${rest}`, lookAtNodes);
  const small = tooSmallFor(request, taking);
  if (small !== null)
    return fail(check, `no node is large enough for one job: ${small}${rest}`, lessRequests);
  const many = kinds.length > maxKinds ? `; the first ${maxKinds} below` : '';
  return ok(
    check,
    `jobs may run on ${taking.length} of ${nodes.length}; kinds of them: ${kinds.length}${many}${rest}`,
  );
}

function countReasons(nodes: readonly ClusterNode[], placement: Placement): string {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const why = whyNotTaken(node, placement);
    if (why !== null) counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return shortList([...counts].map(([why, count]) => `${plainLine(why)}${count > 1 ? ` (${count})` : ''}`));
}

/** As its row is called, also where the probe is about it. */
export const kindRow = (index: number): string => `node kind ${index + 1}`;
export const isKindRow = (row: string): boolean => row.startsWith('node kind ');

function describeKind({ name, nodes, lack }: NodeKind, index: number): DoctorFinding {
  const named = nodes.slice(0, maxNamed).map(({ metadata }) => plainLine(metadata.name));
  const more = nodes.length > maxNamed ? ` and ${nodes.length - maxNamed} more` : '';
  const found = `${name}: ${named.join(', ')}${more}`;
  if (lack === null) return ok(kindRow(index), found);
  const worse = lack.isCertain ? fail : warn;
  return worse(kindRow(index), `${found}; ${lack.says}`, keepAway(nodes[0]));
}

function keepAway({ metadata }: ClusterNode): Remedy {
  return {
    text: `Upgrade these nodes (docs/operator-guide.md has what they need), or keep jobs away by a label of the others, in the policy; \`kubectl label node NODE …\` sets it, and ${plainLine(metadata.name)} must not have it:`,
    code: 'pod_template:\n  spec:\n    nodeSelector:\n      example.org/user-namespaces: "true"',
  };
}

const lookAtNodes: Remedy = {
  text: 'Compare `pod_template` (nodeSelector, tolerations, affinity) with what the nodes have:',
  code: 'kubectl get nodes --show-labels\nkubectl describe nodes | grep Taints',
};

const lessRequests: Remedy = {
  text: 'Lower `resources` in the policy, or add larger nodes. What each can give:',
  code: 'kubectl get nodes -o custom-columns=NAME:.metadata.name,CPU:.status.allocatable.cpu,MEMORY:.status.allocatable.memory',
};
