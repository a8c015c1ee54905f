// Why a pod with a lasting workspace finds no node: its claim has no volume, or one that no free node reaches. The scheduler's words
// (Kubernetes: pkg/scheduler/framework/plugins, volumebinding, volumezone, volumerestrictions, nodevolumelimits).
import type { Pod } from '../cluster/cluster.ts';

export interface UnboundClaim {
  readonly claim: string;
  /** What the pod waits for; a clause. */
  readonly waitsFor: string;
  /** What an operator can do if it goes on. */
  readonly operator: string;
}

const describe = (claim: string): string =>
  `\`kubectl describe pvc ${claim}\` says what the provisioner answered`;

const causes: readonly {
  readonly messagePattern: RegExp;
  readonly waitsFor: string;
  readonly operator: (claim: string) => string;
}[] = [
  {
    messagePattern:
      /unbound immediate PersistentVolumeClaims|didn't find available persistent volumes to bind/,
    waitsFor: 'its lasting workspace has no volume yet',
    operator: (claim) =>
      `\`lasting_workspaces.storage_class\` of the policy must name a StorageClass that makes volumes of \`size\`; without that key the cluster needs a default one (\`kubectl get storageclass\`). ${describe(claim)}.`,
  },
  {
    messagePattern: /persistentvolumeclaim "[^"]*" (?:not found|is being deleted)/i,
    waitsFor: 'somebody deleted the claim of its lasting workspace',
    operator: () => 'delete claims while no job has them, or let `sweep` do it.',
  },
  {
    messagePattern: /ReadWriteOncePod access mode/,
    waitsFor: 'another pod still has its lasting workspace',
    operator: (claim) =>
      `find that pod, which may hang on a node that is lost: \`kubectl describe pvc ${claim}\` names it (Used By).`,
  },
  {
    messagePattern: /volume node affinity conflict|no available volume zone/,
    waitsFor: 'the volume of its lasting workspace is bound to a node or zone that does not take the pod now',
    operator: (claim) =>
      `make room there, or, if that node is gone for good, delete the claim: \`kubectl delete pvc ${claim}\`. The StorageClass should have \`volumeBindingMode: WaitForFirstConsumer\`.`,
  },
  {
    messagePattern: /exceed max volume count/,
    waitsFor: 'its node has as many volumes as it can attach, and none is left for its lasting workspace',
    operator: () => 'the cluster needs more nodes, or fewer lasting workspaces in use at once (`slots`).',
  },
];

/** @param message the scheduler's. @returns null: it is about something else, or the pod has no lasting workspace */
export function findUnboundClaim(pod: Pod, message: string): UnboundClaim | null {
  const claim = claimOf(pod);
  const cause =
    claim === null ? undefined : causes.find(({ messagePattern }) => messagePattern.test(message));
  if (claim === null || cause === undefined) return null;
  // A pod template of the operator's may have claims of its own.
  const named = /persistentvolumeclaim "([^"]*)"/i.exec(message)?.[1] ?? claim;
  if (named !== claim) return null;
  return { claim, waitsFor: cause.waitsFor, operator: cause.operator(claim) };
}

function claimOf({ spec }: Pod): string | null {
  const volumes = (spec['volumes'] ?? []) as readonly {
    readonly name: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
  return volumes.find(({ name }) => name === 'workspace')?.persistentVolumeClaim?.claimName ?? null;
}
