// The two volumes that build and helper share: the job's files at /builds, its cache at /cache. Each is mounted exactly at the
// directory that is worked in, so that the kubelet and not the runtime makes it, writable for every uid.

import { buildContainer, helperContainer } from '../../layout/container-names.ts';
import { buildsDirectory, cacheDirectory } from '../../layout/paths.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Volume, VolumeMount } from '../manifest.ts';

/** emptyDir without a size: the containers' ephemeral-storage limits bound them together. A template may put others in place. */
export const workspaceVolumes: readonly Volume[] = [
  { name: 'workspace', emptyDir: {} },
  { name: 'cache', emptyDir: {} },
];

export const workspaceMounts: readonly VolumeMount[] = [
  { name: 'workspace', mountPath: buildsDirectory },
  { name: 'cache', mountPath: cacheDirectory },
];

/** A claim of src/workspace, which one pod at a time has. */
export interface UsedClaim {
  readonly name: string;
  /** Of the workspaces that it is one of. */
  readonly key: string;
}

/** Both in one volume that outlives the pod. The kubelet makes the two folders, and no container sees what is above them. */
const lastingMounts: readonly VolumeMount[] = [
  { name: 'workspace', mountPath: buildsDirectory, subPath: 'builds' },
  { name: 'workspace', mountPath: cacheDirectory, subPath: 'cache' },
];

export const volumesOfWorkspace = (claim: UsedClaim | null): readonly Volume[] =>
  claim === null
    ? workspaceVolumes
    : [{ name: 'workspace', persistentVolumeClaim: { claimName: claim.name } }];

export const mountsOfWorkspace = (claim: UsedClaim | null): readonly VolumeMount[] =>
  claim === null ? workspaceMounts : lastingMounts;

/** What services see of it, by the policy's `service_workspace`: not the cache, and nothing to write. */
export function seenWorkspace(
  claim: UsedClaim | null,
  shown: Policy['service_workspace'],
): readonly VolumeMount[] {
  if (shown === 'none') return [];
  return mountsOfWorkspace(claim)
    .filter(({ mountPath }) => mountPath === buildsDirectory)
    .map((mount) => ({ ...mount, readOnly: true }));
}

/**
 * Whether nothing of the workspace outlives the pod: an operator's template, or a webhook, may have put a volume in place that does.
 *
 * @param spec as the API server has it; what it says otherwise than a PodSpec would is taken for a volume that outlives the pod
 */
export function isWorkspaceInPod(spec: Readonly<Record<string, unknown>>): boolean {
  const containers = (spec['containers'] ?? []) as readonly {
    readonly name: string;
    readonly volumeMounts?: readonly VolumeMount[];
  }[];
  const volumes = (spec['volumes'] ?? []) as readonly Volume[];
  const isInPod = ({ name }: VolumeMount): boolean =>
    volumes.find((volume) => volume.name === name)?.['emptyDir'] !== undefined;
  return [buildContainer, helperContainer].every((name) => {
    const mounts = containers.find((container) => container.name === name)?.volumeMounts ?? [];
    const ofWorkspace = mounts.filter(({ mountPath }) => `${mountPath}/`.startsWith(`${buildsDirectory}/`));
    return ofWorkspace.length > 0 && ofWorkspace.every(isInPod);
  });
}
