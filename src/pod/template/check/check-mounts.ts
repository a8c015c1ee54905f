// The mounts of a pod_template, each checked against what is mounted elsewhere (mount-rules.ts).
import type { Problem } from '../../../policy/problem.ts';
import { findMountFault, ofTheJob } from '../rules/mount-rules.ts';
import { projections, type TemplateView, type ViewedContainer, writtenByJobs } from '../template-view.ts';

export function checkMounts(view: TemplateView): Problem[] {
  const shared = {
    written: new Set([...ofTheJob, ...writtenByJobs(view)]),
    kinds: new Map([
      ...ofTheJob.map((name) => [name, 'emptyDir'] as const),
      ...view.volumes.map(({ name, kind }) => [name, kind] as const),
    ]),
    credentials: new Set(view.volumes.filter(holdsCredential).map(({ name }) => name)),
  };
  return view.containers.flatMap((container) => [
    ...container.mounts.flatMap((mount) => {
      const found = findMountFault(mount, { ...shared, container });
      return found === null ? [] : [{ path: [...mount.path, found.field], message: found.message }];
    }),
    ...twice(container),
  ]);
}

const holdsCredential = (volume: TemplateView['volumes'][number]): boolean =>
  projections(volume).some((source) => 'serviceAccountToken' in source || 'podCertificate' in source);

/** Kubernetes compares paths as they are written, and mounts both. */
function twice({ mounts }: ViewedContainer): Problem[] {
  return mounts
    .filter(({ place }, index) => mounts.findIndex((each) => each.place === place) < index)
    .map(({ place, path }) => ({ path: [...path, 'mountPath'], message: `names ${place} a second time` }));
}
