// The tables that `kubectl get` prints for pods and events: of one object, a list, or each change of a watch.
import type { IncomingMessage } from 'node:http';
import type { ContainerStatus, Pod } from '../pod/pod.ts';
import type { KubeObject } from '../store/kube-object.ts';
import type { ResourceKind } from './resource-kinds.ts';

interface TableOf {
  readonly columns: readonly string[];
  readonly cells: (object: KubeObject, now: Date) => readonly unknown[];
}

const tables: Readonly<Record<string, TableOf>> = {
  Pod: {
    columns: ['Name', 'Ready', 'Status', 'Restarts', 'Age'],
    cells: (object, now) => {
      const pod = object as Pod;
      return [pod.metadata.name, readyOf(pod), statusOf(pod), 0, ageOf(pod.metadata.creationTimestamp, now)];
    },
  },
  Event: {
    columns: ['Last Seen', 'Type', 'Reason', 'Object', 'Message'],
    cells: ({ lastTimestamp, type, reason, involvedObject, message }, now) => {
      const { kind, name } = involvedObject as { readonly kind: string; readonly name: string };
      return [ageOf(String(lastTimestamp), now), type, reason, `${kind.toLowerCase()}/${name}`, message];
    },
  },
};

/** How to turn an object into a table; null: the client wants none, or there is none for this kind. */
export function asTable(
  incoming: IncomingMessage,
  { kind }: ResourceKind,
  now: Date,
): ((object: object) => object) | null {
  const table = tables[kind];
  if (!table || !/as=Table/.test(incoming.headers.accept ?? '')) return null;
  return (shown) => {
    const object = shown as KubeObject & { readonly items?: readonly KubeObject[] };
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: object.metadata.resourceVersion },
      columnDefinitions: table.columns.map(columnOf),
      rows: (object.items ?? [object]).map((item) => ({
        cells: table.cells(item, now),
        object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: item.metadata },
      })),
    };
  };
}

const columnOf = (name: string): object => ({
  name,
  type: name === 'Restarts' ? 'integer' : 'string',
  format: name === 'Name' ? 'name' : '',
  description: '',
  priority: 0,
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

function ageOf(time: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / 1000));
  return seconds < 120 ? `${seconds}s` : `${Math.floor(seconds / 60)}m`;
}
