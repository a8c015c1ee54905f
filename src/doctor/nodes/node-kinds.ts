// Nodes that are alike in what decides about a user namespace are one kind: what holds of one holds of all.
import type { ClusterNode } from '../../cluster/cluster.ts';
import { plainLine } from '../../text/plain-text.ts';

export interface NodeKind {
  /** `linux/amd64, Linux 6.8, containerd 2.0, kubelet 1.33` */
  readonly name: string;
  /** Never empty. */
  readonly nodes: readonly [ClusterNode, ...ClusterNode[]];
  /** What one of them lacks for pods in user namespaces; null: nothing that it says. */
  readonly lack: NodeLack | null;
}

export interface NodeLack {
  readonly says: string;
  /** It says so itself; else its version is one that mostly cannot, and vendors port things back. */
  readonly isCertain: boolean;
}

interface Version {
  readonly major: number;
  readonly minor: number;
}

/** docs/platforms.md has where each comes from. */
const oldest: Readonly<Record<string, Version>> = {
  Linux: { major: 6, minor: 3 },
  containerd: { major: 2, minor: 0 },
  'cri-o': { major: 1, minor: 25 },
  kubelet: { major: 1, minor: 30 },
};

/** The kind of most nodes first. @param handler that of the pod's RuntimeClass; `''` without one, null where it is not known */
export function groupNodes(nodes: readonly ClusterNode[], handler: string | null): readonly NodeKind[] {
  const kinds = new Map<string, NodeKind>();
  for (const node of nodes) {
    const lack = lackOf(node, handler);
    const key = `${nameOf(node)} ${lack?.says ?? ''}`;
    const known = kinds.get(key);
    const kind: NodeKind = { name: nameOf(node), lack, nodes: known ? [...known.nodes, node] : [node] };
    kinds.set(key, kind);
  }
  return [...kinds.values()].sort((a, b) => b.nodes.length - a.nodes.length);
}

function nameOf(node: ClusterNode): string {
  const { operatingSystem = '?', architecture = '?' } = node.status?.nodeInfo ?? {};
  const parts = Object.entries(versionsOf(node)).map(
    ([name, { major, minor }]) => `${name} ${major}.${minor}`,
  );
  return plainLine([`${operatingSystem}/${architecture}`, ...parts].join(', '));
}

/** Patches of one minor version do not differ in what is asked here. */
function versionsOf({ status }: ClusterNode): Readonly<Record<string, Version>> {
  const info = status?.nodeInfo;
  if (info === undefined) return {};
  const [runtime = '?', runtimeVersion = ''] = info.containerRuntimeVersion.split('://');
  const system = info.operatingSystem === 'linux' ? 'Linux' : info.operatingSystem;
  return {
    [system]: readVersion(info.kernelVersion),
    [runtime]: readVersion(runtimeVersion),
    kubelet: readVersion(info.kubeletVersion),
  };
}

function readVersion(text: string): Version {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return { major: Number(major), minor: Number(minor) };
}

function lackOf(node: ClusterNode, handler: string | null): NodeLack | null {
  const { nodeInfo, runtimeHandlers = [] } = node.status ?? {};
  if (nodeInfo !== undefined && nodeInfo.operatingSystem !== 'linux')
    return { says: `${plainLine(nodeInfo.operatingSystem)} has no user namespaces`, isCertain: true };
  const own = runtimeHandlers.find(({ name = '' }) => name === handler);
  if (own?.features?.userNamespaces === true) return null;
  const old = Object.entries(versionsOf(node)).flatMap(([name, { major, minor }]) => {
    const min = oldest[name];
    const isOld = min !== undefined && (major < min.major || (major === min.major && minor < min.minor));
    return isOld ? [`${name} before ${min.major}.${min.minor}`] : [];
  });
  // The runtime's own word, which it gives from Kubernetes 1.31 on.
  if (own?.features?.userNamespaces === false)
    return {
      says: ['its container runtime says that it has no user namespaces', ...old].join('; '),
      isCertain: true,
    };
  return old.length === 0 ? null : { says: `too old, mostly: ${old.join(', ')}`, isCertain: false };
}
