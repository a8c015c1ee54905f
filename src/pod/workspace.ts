// The two volumes that build and helper share: the job's files at /builds, its cache at /cache. Each is mounted exactly at the
// directory that is worked in, so that the kubelet and not the runtime makes it, writable for every uid.
import type { Volume, VolumeMount } from './manifest.ts';

export const buildsDirectory = '/builds';
const cacheDirectory = '/cache';

/** emptyDir without a size: the containers' ephemeral-storage limits bound them together. A template may put others in place. */
export const workspaceVolumes: readonly Volume[] = [
  { name: 'workspace', emptyDir: {} },
  { name: 'cache', emptyDir: {} },
];

export const workspaceMounts: readonly VolumeMount[] = [
  { name: 'workspace', mountPath: buildsDirectory },
  { name: 'cache', mountPath: cacheDirectory },
];
