// The proof on one node of each kind but the first, which the whole probe is on: a pod starts there and has a user namespace of its own.
import { type DoctorFinding, ok } from '../doctor-finding.ts';
import { type ProbeInput, probePod } from '../probe.ts';
import type { NodeKind } from './node-kinds.ts';
import { pinToNode } from './pin-to-node.ts';

export interface ProbeKindsInput {
  readonly kinds: readonly { readonly kind: NodeKind; readonly row: string }[];
  /** A pod of its own for each. */
  readonly newProbe: () => ProbeInput;
}

/** All at once: one that cannot start waits for as long as a job would. */
export function probeKinds({ kinds, newProbe }: ProbeKindsInput): Promise<readonly DoctorFinding[]> {
  return Promise.all(
    kinds.map(async ({ kind, row }) => {
      const node = kind.nodes[0].metadata.name;
      const probe = newProbe();
      const found = await probePod({ ...probe, manifest: pinToNode(probe.manifest, node), isWhole: false });
      return fold(found, `probe: ${row}`);
    }),
  );
}

/** The first that is not well, or that all is. */
function fold(findings: readonly DoctorFinding[], check: string): DoctorFinding {
  const ill = ['fail', 'warn'].flatMap((verdict) => findings.filter((each) => each.verdict === verdict));
  const [worst] = ill;
  if (worst !== undefined) return { ...worst, check, found: `${worst.check}: ${worst.found}` };
  return ok(check, findings.map(({ found }) => found).join('; '));
}
