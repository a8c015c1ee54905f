// The container of the job's own image: user scripts run here, by exec. Its process 1 is ours, whatever the image's entrypoint.

import { buildCommand } from '../../in-container/process-one.ts';
import { buildContainer as name } from '../../layout/container-names.ts';
import { buildsDirectory, homeDirectory } from '../../layout/paths.ts';
import type { SecurityFields } from '../../policy/policy.ts';
import type { Container } from '../manifest.ts';
import type { PodParts } from '../pod-parts.ts';
import { controlMount } from './control-volume.ts';
import { imageToRun } from './image-to-run.ts';
import { imagePullPolicy } from './pull-policy.ts';
import { temporaryMount } from './temporary-directory.ts';
import { isRoot, userDatabaseMounts } from './user-database.ts';
import { mountsOfWorkspace } from './workspace.ts';

export function makeBuildContainer(parts: PodParts): Container {
  const { admitted, policy, contextOf, pullAttempts, digests, claim } = parts;
  const context = contextOf(name);
  return {
    name,
    image: imageToRun(admitted.build.image, digests),
    ...imagePullPolicy(admitted.build, pullAttempts[name]),
    command: buildCommand(),
    workingDir: buildsDirectory,
    ...homeOf(context),
    resources: policy.resources.build,
    volumeMounts: [
      ...mountsOfWorkspace(claim),
      controlMount(name),
      ...userDatabaseMounts(name, parts),
      ...temporaryMount(name, context),
    ],
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/**
 * Root has the home that its image gives it, where ssh looks too and the image's tools and settings are. Anybody else could not write
 * there, and nor could root where the root file system is read-only.
 */
function homeOf(context: SecurityFields): { env?: unknown } {
  if (isRoot(context) && context['readOnlyRootFilesystem'] !== true) return {};
  return { env: [{ name: 'HOME', value: homeDirectory }] };
}
