// The whole probe on the first kind of node that may have user namespaces, and the proof on one node of each further kind.
import type { ApiVersion } from '../../plan/namespace-proof.ts';
import type { DoctorFinding } from '../doctor-finding.ts';
import { type ProbeInput, probeCluster, probeNotTried } from '../probe.ts';
import { samplePod } from '../sample.ts';
import type { NodeKind } from './node-kinds.ts';
import { isKindRow, kindRow, maxKinds } from './nodes.ts';
import { pinToNode } from './pin-to-node.ts';
import { probeKinds } from './probe-kinds.ts';

export interface ProbeNodesInput extends Omit<ProbeInput, 'manifest' | 'mustProveUserNamespace' | 'isWhole'> {
  readonly isProbeAsked: boolean;
  readonly server: ApiVersion;
  readonly random: () => string;
  /** What was found before. */
  readonly seen: readonly DoctorFinding[];
  /** Empty: nodes may not be listed, and the scheduler chooses one. */
  readonly kinds: readonly NodeKind[];
}

export async function probeNodes(request: ProbeNodesInput): Promise<readonly DoctorFinding[]> {
  const { isProbeAsked, seen, kinds } = request;
  if (!isProbeAsked) {
    return [probeNotTried('not asked for: --probe makes one pod, proves its user namespace, and deletes it')];
  }
  const able = kinds
    .slice(0, maxKinds)
    .map((kind, index) => ({ kind, row: kindRow(index) }))
    .filter(({ kind: { lack } }) => lack?.isCertain !== true);
  // It would fail for the same reason, or wait for long. A kind of node that is not able is no obstacle beside one that is.
  const obstacle = seen.find(
    ({ check, verdict }) => verdict === 'fail' && !(able.length > 0 && isKindRow(check)),
  );
  if (obstacle) return [probeNotTried(`needs the row "${obstacle.check}"`)];
  const [first, ...others] = able;
  const whole = newProbe(request);
  const node = first?.kind.nodes[0].metadata.name;
  const manifest = node === undefined ? whole.manifest : pinToNode(whole.manifest, node);
  return [
    ...(await probeCluster({ ...whole, manifest })),
    ...(await probeKinds({ kinds: others, newProbe: () => newProbe(request) })),
  ];
}

function newProbe(request: ProbeNodesInput): ProbeInput {
  const { server, policy, profile = null, random, now } = request;
  const sample = samplePod({ policy, profile, hasService: false, server, random: random(), now: now() });
  return { ...request, ...sample };
}
