// The container of GitLab's helper image: clone, cache and artifacts run here, with the job's tokens. Its process 1 proves the
// pod's user namespace before the container reports ready.

import { helperCommand } from '../../in-container/process-one.ts';
import { helperContainer as name } from '../../layout/container-names.ts';
import { buildsDirectory, homeDirectory } from '../../layout/paths.ts';
import type { Container } from '../manifest.ts';
import type { PodParts } from '../pod-parts.ts';
import { controlMount } from './control-volume.ts';
import { imageToRun } from './image-to-run.ts';
import { imagePullPolicy } from './pull-policy.ts';
import { temporaryMount } from './temporary-directory.ts';
import { userDatabaseMounts } from './user-database.ts';
import { mountsOfWorkspace } from './workspace.ts';

export function makeHelperContainer(parts: PodParts): Container {
  const { admitted, policy, contextOf, proof, pullAttempts, digests, claim } = parts;
  return {
    name,
    image: imageToRun(admitted.helper.image, digests),
    ...imagePullPolicy(admitted.helper, pullAttempts[name]),
    command: helperCommand(proof),
    workingDir: buildsDirectory,
    env: [{ name: 'HOME', value: homeDirectory }],
    resources: policy.resources.helper,
    volumeMounts: [
      ...mountsOfWorkspace(claim),
      controlMount(name),
      ...userDatabaseMounts(name, parts),
      ...temporaryMount(name, contextOf(name)),
    ],
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}
