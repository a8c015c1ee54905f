// The table that `kubectl get pods` prints, for one object, a list, or each event of a watch.
import type { IncomingMessage } from 'node:http';
import type { ContainerStatus, Pod } from '../pod/pod.ts';
import type { ResourceKind } from './resource-kinds.ts';

const columns = ['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => ({
  name,
  type: name === 'Restarts' ? 'integer' : 'string',
  format: name === 'Name' ? 'name' : '',
  description: '',
  priority: 0,
}));

/** How to turn an object into a table; null: the client wants none, or there is none for this kind. */
export function asTable(
  incoming: IncomingMessage,
  { kind }: ResourceKind,
  now: Date,
): ((object: object) => object) | null {
  if (kind !== 'Pod' || !/as=Table/.test(incoming.headers.accept ?? '')) return null;
  return (object) => {
    const { items, metadata } = object as Pod & { readonly items?: readonly Pod[] };
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: metadata.resourceVersion },
      columnDefinitions: columns,
      rows: (items ?? [object as Pod]).map((pod) => rowOf(pod, now)),
    };
  };
}

const rowOf = (pod: Pod, now: Date): object => ({
  cells: [pod.metadata.name, readyOf(pod), statusOf(pod), 0, ageOf(pod, now)],
  object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: pod.metadata },
});

function readyOf({ spec, status }: Pod): string {
  const ready = (status.containerStatuses ?? []).filter((container) => container.ready).length;
  return `${ready}/${spec.containers.length}`;
}

function statusOf({ metadata, status }: Pod): string {
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (status.reason !== undefined) return status.reason;
  const init = (status.initContainerStatuses ?? []).map(reasonOf).find((reason) => reason !== 'Completed');
  if (init && init !== 'PodInitializing') return `Init:${init}`;
  const reasons = (status.containerStatuses ?? []).map(reasonOf).filter((reason) => reason !== '');
  return reasons.find((reason) => reason !== 'Completed') ?? reasons[0] ?? status.phase;
}

function reasonOf({ state }: ContainerStatus): string {
  if ('waiting' in state) return state.waiting.reason;
  return 'terminated' in state ? state.terminated.reason : '';
}

function ageOf({ metadata }: Pod, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(metadata.creationTimestamp)) / 1000));
  return seconds < 120 ? `${seconds}s` : `${Math.floor(seconds / 60)}m`;
}
