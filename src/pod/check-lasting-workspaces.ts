// What a policy with lasting workspaces may not say besides: nothing else may be where they are, and nobody may see one before it is
// scrubbed.
import { buildsDirectory, cacheDirectory } from '../layout/paths.ts';
import { malformed } from '../policy/malformed.ts';
import type { Problem } from '../policy/problem.ts';
import type { ReadablePolicy } from '../policy/readable-policy.ts';
import { isBelow, viewTemplate } from './template/template-view.ts';

type Checked = Pick<ReadablePolicy, 'lasting_workspaces' | 'service_workspace' | 'pod_template'>;

const volumesOfTheJob = new Set(['workspace', 'cache']);

export function checkLastingWorkspaces(policy: Checked): Problem[] {
  const { lasting_workspaces: lasting, pod_template: template } = policy;
  if (lasting === undefined || lasting === malformed) return [];
  return [
    ...servicesLook(policy),
    ...(template === undefined || template === malformed ? [] : templateProblems(template)),
  ];
}

/** Services start with the pod. */
function servicesLook({ service_workspace }: Checked): Problem[] {
  if (service_workspace !== 'read-only') return [];
  const message =
    'is read-only, and lasting_workspaces is there: services start before what an earlier job left is cleared, and could read it. Take one of the two out';
  return [{ path: ['service_workspace'], message }];
}

function templateProblems(template: NonNullable<Checked['pod_template']> & object): Problem[] {
  const { volumes, containers } = viewTemplate(template);
  const ofVolumes = volumes
    .filter(({ name }) => volumesOfTheJob.has(name))
    .map(({ name, path }) => ({
      path: [...path, 'name'],
      message: `takes the place of ${name}, where lasting_workspaces puts the volume of a job. Take one of the two out`,
    }));
  const ofMounts = containers.flatMap(({ mounts }) =>
    mounts.flatMap(({ volume, place, path }) => {
      if (volumesOfTheJob.has(volume)) {
        const message = `is ${volume}, which lasting_workspaces keeps for build and helper: others could read it before it is scrubbed. Use another volume`;
        return [{ path: [...path, 'name'], message }];
      }
      const taken = [buildsDirectory, cacheDirectory].find((directory) => isBelow(place, directory));
      if (taken === undefined) return [];
      const message = `is in ${taken}, of which lasting_workspaces clears everything but checkout and caches between jobs. Choose another place`;
      return [{ path: [...path, 'mountPath'], message }];
    }),
  );
  return [...ofVolumes, ...ofMounts];
}
