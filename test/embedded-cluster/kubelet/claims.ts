// PersistentVolumeClaims: bound when the first pod comes, a directory of this machine each, and one pod at a time.
import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from '../pod/pod.ts';
import { idsPerPod } from '../sandbox/id-ranges.ts';
import type { PodSandbox } from '../sandbox/sandbox.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';

/** The only storage class, and the default one. */
const storageClass = 'standard';

const resource = 'persistentvolumeclaims';
const setIdBits = 0o6000;
const permissionBits = 0o7777;
const groupWritable = 0o2775;
const ownersAlone = 0o755;

interface ClaimSpec {
  readonly storageClassName?: string;
  readonly accessModes?: readonly string[];
}

/** Why the scheduler finds no node for the pod, in its words; null: each claim of it is bound, or can be. */
export function unboundClaim(pod: Pod, store: Store): string | null {
  for (const name of claimsOf(pod)) {
    const claim = find(store, pod, name);
    const one = '0/1 nodes are available:';
    if (!claim) return `${one} persistentvolumeclaim "${name}" not found.`;
    const { storageClassName = storageClass, accessModes = [] } = claim['spec'] as ClaimSpec;
    if (storageClassName !== storageClass) return `${one} pod has unbound immediate PersistentVolumeClaims.`;
    if (accessModes.includes('ReadWriteOncePod') && isUsedByAnother(store, pod, name))
      return `${one} 1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.`;
  }
  return null;
}

/** What the controller does once a node is chosen. */
export function bindClaims(pod: Pod, store: Store): void {
  for (const name of claimsOf(pod)) {
    const { namespace = '' } = pod.metadata;
    store.update({ resource, namespace, name }, (claim) => ({
      ...claim,
      spec: { ...(claim['spec'] as object), volumeName: `pvc-${claim.metadata.uid}` },
      status: { phase: 'Bound' },
    }));
  }
}

/** @returns the claim's directory, its files with the ids that this pod has, as an id-mapped mount shows them */
export function openClaim(
  name: string,
  { pod, sandbox, store, directory }: { pod: Pod; sandbox: PodSandbox; store: Store; directory: string },
): string | null {
  const claim = find(store, pod, name);
  if (!claim) return null;
  const path = join(directory, claim.metadata.uid);
  mkdirSync(path, { recursive: true });
  for (const entry of readdirSync(path)) mapIds(join(path, entry), sandbox);
  const { fsGroup } = pod.spec.securityContext ?? {};
  sandbox.own(path, 0, fsGroup ?? 0);
  chmodSync(path, fsGroup === undefined ? ownersAlone : groupWritable);
  return path;
}

function mapIds(path: string, sandbox: PodSandbox): void {
  const { uid, gid, mode } = lstatSync(path);
  sandbox.own(path, uid % idsPerPod, gid % idsPerPod);
  const isLink = lstatSync(path).isSymbolicLink();
  // The kernel takes them away with a change of owner.
  if (!isLink && (mode & setIdBits) !== 0) chmodSync(path, mode & permissionBits);
  if (lstatSync(path).isDirectory())
    for (const entry of readdirSync(path)) mapIds(join(path, entry), sandbox);
}

function claimsOf(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
  );
}

const find = (store: Store, { metadata }: Pod, name: string): KubeObject | undefined =>
  store.get({ resource, namespace: metadata.namespace ?? '', name }) ?? undefined;

/** A pod that has a node, and has not ended. */
function isUsedByAnother(store: Store, { metadata }: Pod, name: string): boolean {
  return (store.list('pods', metadata.namespace) as Pod[]).some(
    (other) =>
      other.metadata.uid !== metadata.uid &&
      other.spec.nodeName !== undefined &&
      other.status.phase !== 'Succeeded' &&
      other.status.phase !== 'Failed' &&
      claimsOf(other).includes(name),
  );
}
