// A writable /tmp where the root file system is read-only; everywhere else the image's own serves.

import { isExecutorContainer } from '../../layout/container-names.ts';
import type { SecurityFields } from '../../policy/policy.ts';
import type { Volume, VolumeMount } from '../manifest.ts';

export function temporaryVolume(container: string, context: SecurityFields): Volume[] {
  return context['readOnlyRootFilesystem'] === true ? [{ name: volumeName(container), emptyDir: {} }] : [];
}

export function temporaryMount(container: string, context: SecurityFields): VolumeMount[] {
  return context['readOnlyRootFilesystem'] === true
    ? [{ name: volumeName(container), mountPath: '/tmp' }]
    : [];
}

const prefix = 'tmp-';

const volumeName = (container: string): string => `${prefix}${container}`;

/** Whether a volume has the name of one of these. */
export const isTemporaryVolume = (name: string): boolean =>
  name.startsWith(prefix) && isExecutorContainer(name.slice(prefix.length));
