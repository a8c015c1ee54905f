// The init containers that a job's pod may need. Each costs the job most of a second, so the default pod has none.
import { dirname } from 'node:path/posix';
import { makeDirectoryCommand, proofCommand, scrubCommand } from '../../in-container/process-one.ts';
import {
  buildContainer,
  helperContainer,
  initUserNamespace,
  initWorkspace,
} from '../../layout/container-names.ts';
import type { Container, PodSpec, VolumeMount } from '../manifest.ts';
import type { PodParts } from '../pod-parts.ts';
import { imageToRun } from './image-to-run.ts';
import { imagePullPolicy } from './pull-policy.ts';
import { mountsOfWorkspace } from './workspace.ts';

/** Proves the user namespace before services start; for API servers older than 1.33 only, which do not promise it. */
export function userNamespaceProof(parts: PodParts): Container {
  return initContainer(initUserNamespace, proofCommand(), [], parts);
}

/**
 * Makes a work directory that lies inside a volume and not at its root: the runtime would make it for root alone, and a
 * non-root job could not write to it. Null when nothing is to be made.
 */
export function workspaceDirectory(spec: PodSpec, parts: PodParts): Container | null {
  if (parts.claim !== null) return scrubbedWorkspace(spec, parts);
  for (const name of [buildContainer, helperContainer]) {
    const container = spec.containers.find((each) => each.name === name);
    const nested = container && nestedWorkDirectory(container);
    if (!nested || parts.contextOf(name)['runAsUser'] === 0) continue;
    return initContainer(initWorkspace, makeDirectoryCommand(nested.directory), [nested.mount], parts);
  }
  return null;
}

/**
 * A million files take a minute. Half of the time to get ready at most: a prepare that runs out of time would give the workspace back,
 * and the next one would find it as it is.
 */
const maxScrubSeconds = 300;

/** Before anything of the job starts: its images may have a sh of their own, and services may see the workspace. */
function scrubbedWorkspace(spec: PodSpec, parts: PodParts): Container {
  const build = spec.containers.find(({ name }) => name === buildContainer);
  const directory = (build && nestedWorkDirectory(build)?.directory) ?? null;
  const seconds = Math.min(maxScrubSeconds, Math.ceil(parts.policy.timeouts.ready / 2));
  const command = scrubCommand(parts.proof, parts.admitted.job.repositoryPath, { seconds, directory });
  const container = initContainer(initWorkspace, command, [...mountsOfWorkspace(parts.claim)], parts);
  // It walks over all files; what init containers ask for does not add to what the others do.
  return { ...container, resources: parts.policy.resources.helper };
}

/** The volume mount that the work directory lies in; null when it is a mount itself, or in none. */
export function nestedWorkDirectory(container: Container): { directory: string; mount: VolumeMount } | null {
  const workingDir = container['workingDir'];
  if (typeof workingDir !== 'string') return null;
  const directory = withoutSlash(workingDir);
  const mounts = (container['volumeMounts'] ?? []) as readonly VolumeMount[];
  const holding = (place: string): VolumeMount | undefined =>
    mounts.find(({ mountPath }) => withoutSlash(mountPath) === place);
  if (holding(directory)) return null;
  for (let place = dirname(directory); ; place = dirname(place)) {
    const mount = holding(place);
    if (mount) return { directory, mount };
    if (place === '/') return null;
  }
}

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '');

function initContainer(
  name: string,
  command: string[],
  volumeMounts: VolumeMount[],
  { admitted, policy, pullAttempts, digests }: PodParts,
): Container {
  return {
    name,
    image: imageToRun(admitted.helper.image, digests),
    ...imagePullPolicy(admitted.helper, pullAttempts[helperContainer]),
    command,
    resources: policy.resources.init,
    ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}
