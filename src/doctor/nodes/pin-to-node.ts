// The same pod for one node: the scheduler still decides, so taints and room count as for a job.
import type { Manifest } from '../../cluster/cluster.ts';
import type { NodeSelectorTerm, Placement } from './takes-pod.ts';

export function pinToNode(manifest: Manifest, node: string): Manifest {
  const spec = manifest['spec'] as Placement;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  // Terms are alternatives, so each of them has to name the node.
  const terms = (required?.nodeSelectorTerms ?? [{}]).map(
    (term): NodeSelectorTerm => ({
      ...term,
      matchFields: [...(term.matchFields ?? []), { key: 'metadata.name', operator: 'In', values: [node] }],
    }),
  );
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
  };
  return { ...manifest, spec: { ...spec, affinity: { ...spec.affinity, nodeAffinity } } };
}
