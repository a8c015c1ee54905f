// The proof that a pod has a user namespace of its own. The API server's `hostUsers: false` is a promise; only the kernel's
// uid_map, read in a container whose image we chose, is the fact. Source: Kubernetes, pkg/kubelet/userns/userns_manager.go.
import type { UserNamespaces } from '../policy/policy.ts';

/** The kubelet hands out whole blocks of this many ids, aligned to it, and never the host's own first block. */
const blockOfIds = 65_536n;

/** True for what the kubelet writes and nothing else: one line `0 H L`, H and L positive multiples of 65,536. */
export function isProvenIdMap(text: string): boolean {
  return explainIdMap(text) === null;
}

/** null: the map is a user namespace of the pod's own. Else why it is not. */
export function explainIdMap(text: string): string | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length !== 1) return `it has ${lines.length} lines, where the kubelet writes one`;
  const fields = (lines[0] ?? '').trim().split(/\s+/);
  if (fields.length !== 3 || !fields.every((field) => /^\d{1,10}$/.test(field))) {
    return 'it is not three numbers';
  }
  const [inside, outside, length] = fields.map(BigInt) as [bigint, bigint, bigint];
  if (inside !== 0n) return `it begins at id ${inside} inside, not at 0`;
  if (outside === 0n) return 'root in the pod is root on the node';
  if (outside % blockOfIds !== 0n)
    return `its ids begin at ${outside} on the node, not at a multiple of ${blockOfIds}`;
  if (length === 0n || length % blockOfIds !== 0n) {
    return `it maps ${length} ids, not a multiple of ${blockOfIds}`;
  }
  return null;
}

/** Only a virtual machine named by the operator, or an operator who tries things out, is let off the proof. */
export function needsProof(mode: UserNamespaces, runtimeClassName: string | undefined): boolean {
  switch (mode.mode) {
    case 'required':
      return true;
    case 'unproven':
      return false;
    case 'vm':
      return runtimeClassName === undefined || !mode.runtime_classes.includes(runtimeClassName);
  }
}
