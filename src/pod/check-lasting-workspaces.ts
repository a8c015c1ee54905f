// What a policy with lasting workspaces may not say besides: nothing else may be where they are, and nobody may see more of one than
// its two folders.
import { buildsDirectory, cacheDirectory } from '../layout/paths.ts';
import { malformed } from '../policy/malformed.ts';
import type { Problem } from '../policy/problem.ts';
import type { ReadablePolicy } from '../policy/readable-policy.ts';
import { isBelow, viewTemplate } from './template/template-view.ts';

type Checked = Pick<ReadablePolicy, 'lasting_workspaces' | 'pod_template'>;

const volumesOfTheJob = new Set(['workspace', 'cache']);

export function checkLastingWorkspaces({
  lasting_workspaces: lasting,
  pod_template: template,
}: Checked): Problem[] {
  if (lasting === undefined || lasting === malformed) return [];
  return template === undefined || template === malformed ? [] : templateProblems(template);
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
        const message = `is ${volume}, of which lasting_workspaces mounts two folders, and its root in no container: whoever has that could replace them. Use another volume`;
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
