// Deleting a pod takes its time: a mark and a grace first; the kubelet removes the object when everything has ended.
import type { Pod } from '../pod/pod.ts';
import { kubeTime } from '../store/kube-object.ts';
import {
  checkPreconditions,
  type DeleteOptions,
  getObject,
  placeOf,
  type ResourceContext,
} from './resource-verbs.ts';

export function deletePod(context: ResourceContext, options: DeleteOptions): object {
  const pod = getObject(context) as Pod;
  checkPreconditions(context.kind, pod, options);
  const place = placeOf(context.request);
  const grace = graceOf(pod, options);
  const before = pod.metadata.deletionGracePeriodSeconds;
  if (before !== undefined && before <= grace) return pod;
  const deletionTimestamp = kubeTime(new Date(context.clock().getTime() + grace * 1000));
  const marked = context.store.update(place, (current) => ({
    ...current,
    metadata: { ...current.metadata, deletionTimestamp, deletionGracePeriodSeconds: grace },
  }));
  if (grace === 0) context.store.remove(place);
  return marked ?? pod;
}

/** What runs nowhere needs no time to stop. */
function graceOf({ spec, status }: Pod, { gracePeriodSeconds }: DeleteOptions): number {
  if (spec.nodeName === undefined || status.phase === 'Succeeded' || status.phase === 'Failed') return 0;
  return gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 0;
}
