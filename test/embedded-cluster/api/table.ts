// The table that `kubectl get pods` prints.
import type { IncomingMessage } from 'node:http';
import type { ContainerStatus, Pod } from '../pod/pod.ts';

export const asksForTable = (incoming: IncomingMessage): boolean =>
  /as=Table/.test(incoming.headers.accept ?? '') && !/[?&]watch=/.test(incoming.url ?? '');

const columns = ['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => ({
  name,
  type: name === 'Restarts' ? 'integer' : 'string',
  format: name === 'Name' ? 'name' : '',
  description: '',
  priority: 0,
}));

export const podTable = (pods: readonly Pod[], now: Date): object => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata: { resourceVersion: pods[0]?.metadata.resourceVersion ?? '0' },
  columnDefinitions: columns,
  rows: pods.map((pod) => ({
    cells: [pod.metadata.name, readyOf(pod), statusOf(pod), 0, ageOf(pod, now)],
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: pod.metadata },
  })),
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
  const main = (status.containerStatuses ?? []).map(reasonOf);
  return (
    main.find((reason) => reason !== '' && reason !== 'Completed') ??
    main.find((reason) => reason !== '') ??
    status.phase
  );
}

function reasonOf({ state }: ContainerStatus): string {
  if ('waiting' in state) return state.waiting.reason;
  return 'terminated' in state ? state.terminated.reason : '';
}

function ageOf({ metadata }: Pod, now: Date): string {
  const seconds = Math.floor((now.getTime() - Date.parse(metadata.creationTimestamp)) / 1000);
  return seconds < 120 ? `${seconds}s` : `${Math.floor(seconds / 60)}m`;
}
