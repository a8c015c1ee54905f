// The container of the job's own image: user scripts run here, by exec. Its process 1 is ours, whatever the image's entrypoint.

import { buildCommand } from '../../in-container/process-one.ts';
import { buildContainer as name } from '../../layout/container-names.ts';
import { buildsDirectory, homeDirectory } from '../../layout/paths.ts';
import type { Container } from '../manifest.ts';
import type { PodParts } from '../pod-parts.ts';
import { controlMount } from './control-volume.ts';
import { imagePullPolicy } from './pull-policy.ts';
import { temporaryMount } from './temporary-directory.ts';
import { workspaceMounts } from './workspace.ts';

export function makeBuildContainer({ admitted, policy, contextOf, pullAttempts }: PodParts): Container {
  return {
    name,
    image: admitted.build.image.canonical,
    ...imagePullPolicy(admitted.build, pullAttempts[name]),
    command: buildCommand(),
    workingDir: buildsDirectory,
    env: [{ name: 'HOME', value: homeDirectory }],
    resources: policy.resources.build,
    volumeMounts: [...workspaceMounts, controlMount(name), ...temporaryMount(name, contextOf(name))],
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}
