// What a pod_template may not say about volumes: neither bring a kind that reaches the node, nor take the place of ours.
import type { Problem } from '../../../policy/problem.ts';
import { isControlVolume } from '../../containers/control-volume.ts';
import { isTemporaryVolume } from '../../containers/temporary-directory.ts';
import { isUserDatabase } from '../../containers/user-database.ts';
import { decide } from '../decide.ts';
import { breaks } from '../promises.ts';
import { privateKinds, volumeFields } from '../schema/volume-kinds.ts';
import type { TemplateView, ViewedVolume } from '../template-view.ts';

/** Those of the job, which a template may replace. */
const ofTheJob = new Set(['workspace', 'cache']);

export function checkVolumes({ volumes }: TemplateView): Problem[] {
  return volumes.flatMap((volume) => [...ofKinds(volume), ...ofName(volume)]);
}

function ofKinds({ fields, path, kinds }: ViewedVolume): Problem[] {
  const refused = decide(fields, 'Volume', volumeFields, path);
  if (kinds.length <= 1) return refused;
  return [...refused, { path, message: `has ${kinds.join(' and ')}, and can be of one kind only` }];
}

function ofName({ name, kind, path }: ViewedVolume): Problem[] {
  const at = [...path, 'name'];
  if (isControlVolume(name)) {
    return [
      {
        path: at,
        message: breaks('ownFiles', "is the name of one of the executor's own volumes. Choose another"),
      },
    ];
  }
  if (isTemporaryVolume(name) || isUserDatabase(name))
    return [{ path: at, message: "is the name of one of the executor's own volumes. Choose another" }];
  if (!ofTheJob.has(name) || privateKinds.has(kind)) return [];
  return [
    {
      path: [...path, kind],
      isAboutKey: true,
      message: breaks(
        'apart',
        `cannot take the place of ${name}: each job needs its own. Use emptyDir or ephemeral`,
      ),
    },
  ];
}
