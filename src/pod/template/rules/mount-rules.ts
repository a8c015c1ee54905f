// What is wrong with one mount of a pod_template. Programs, control directories and what the kernel shows are not covered, and
// nothing that a job can write reaches the helper.

import { controlDirectory } from '../../../layout/paths.ts';
import { isControlVolume } from '../../containers/control-volume.ts';
import { workspaceMounts } from '../../containers/workspace.ts';
import { hidesPrograms, touchesControl, touchesKernel, touchesPrograms } from '../places.ts';
import { breaks } from '../promises.ts';
import { readOnlyKinds } from '../schema/volume-kinds.ts';
import type { ViewedContainer, ViewedMount } from '../template-view.ts';

/** The volumes that every pod has. */
export const ofTheJob = workspaceMounts.map(({ name }) => name);

export interface MountContext {
  readonly container: ViewedContainer;
  /** Volumes that a job can write. */
  readonly written: ReadonlySet<string>;
  /** Volumes by kind. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Volumes with a token or a certificate of the cluster. */
  readonly credentials: ReadonlySet<string>;
}

export interface MountFault {
  readonly field: string;
  readonly message: string;
}

/** The first thing that is wrong with it. */
export function findMountFault(mount: ViewedMount, context: MountContext): MountFault | null {
  const isOurs = context.container.role !== 'own';
  return (
    ofVolume(mount, context) ??
    ofControl(mount) ??
    ofPropagation(mount) ??
    (isOurs
      ? (ofKernel(mount) ?? ofExpression(mount) ?? ofJobVolumes(mount, context) ?? ofRole(mount, context))
      : null)
  );
}

function ofVolume(
  { volume }: ViewedMount,
  { container, kinds, credentials }: MountContext,
): MountFault | null {
  if (isControlVolume(volume)) {
    return {
      field: 'name',
      message: breaks(
        'ownFiles',
        'is a control volume: it is mounted in one container only. Use another volume',
      ),
    };
  }
  if (!kinds.has(volume)) {
    return {
      field: 'name',
      message: `names ${volume}, which is no volume of the template; add it to spec.volumes`,
    };
  }
  if (container.role === 'own' || !credentials.has(volume)) return null;
  return {
    field: 'name',
    message: breaks(
      'noToken',
      `would give ${volume}, a credential of the cluster, to the job. Mount it in a container of your own`,
    ),
  };
}

function ofControl({ place }: ViewedMount): MountFault | null {
  if (!touchesControl(place)) return null;
  return {
    field: 'mountPath',
    message: breaks(
      'ownFiles',
      `lies over ${controlDirectory}, where the executor's files are. Mount it elsewhere`,
    ),
  };
}

function ofPropagation({ fields }: ViewedMount): MountFault | null {
  if ((fields['mountPropagation'] ?? 'None') === 'None') return null;
  return {
    field: 'mountPropagation',
    message: breaks(
      'nobodyOutside',
      'may only be None: else mounts of the node appear in the pod, or the other way round',
    ),
  };
}

function ofKernel({ place }: ViewedMount): MountFault | null {
  if (!touchesKernel(place)) return null;
  return {
    field: 'mountPath',
    message: breaks(
      'userNamespace',
      'lies over what the kernel shows, where the proof is read. Mount it elsewhere (/dev/shm is free)',
    ),
  };
}

/** Services have variables of the job. */
function ofExpression({ fields }: ViewedMount): MountFault | null {
  if (fields['subPathExpr'] === undefined) return null;
  return {
    field: 'subPathExpr',
    message: breaks(
      'decidesNothing',
      'is made of variables, and a job has a say in those of its containers. Use subPath',
    ),
  };
}

function ofJobVolumes(
  { volume, place, isReadOnly }: ViewedMount,
  { container: { role } }: MountContext,
): MountFault | null {
  const own = workspaceMounts.find(({ mountPath }) => mountPath === place);
  if (own && role !== 'service') {
    const message = `is where the executor mounts ${own.name}, in build and helper alike; to change what lies there, replace the volume ${own.name}`;
    return { field: 'mountPath', message };
  }
  if (role !== 'service' || isReadOnly || !ofTheJob.includes(volume)) return null;
  return {
    field: 'readOnly',
    message: breaks(
      'helperTrustsNothing',
      `must be true: a service that writes to ${volume} does so beside GitLab's scripts`,
    ),
  };
}

function ofRole(
  { volume, place, isReadOnly }: ViewedMount,
  { container: { role }, written, kinds }: MountContext,
): MountFault | null {
  if (role === 'helper' && written.has(volume)) {
    const message = `mounts ${volume}, which the job can write. Mount it with readOnly in build and services, or not here`;
    return { field: 'name', message: breaks('helperTrustsNothing', message) };
  }
  if (role === 'helper' && hidesPrograms(place)) {
    const message =
      'hides programs of the helper, or what they load. Put them into the image of helper_image';
    return { field: 'mountPath', message: breaks('helperTrustsNothing', message) };
  }
  if (role !== 'build' || isReadOnly || readOnlyKinds.has(kinds.get(volume) ?? '') || !touchesPrograms(place))
    return null;
  const message =
    'lets the job replace the shells that end what it left running. Mount it with readOnly, or where no programs lie';
  return { field: 'mountPath', message: breaks('nothingBeside', message) };
}
