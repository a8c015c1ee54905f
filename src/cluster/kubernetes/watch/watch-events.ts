// What the cluster says about one pod, each event once.
import type { Cluster, ClusterEvent } from '../../cluster.ts';
import type { ApiClient } from '../api-client.ts';
import { endable, follow } from './follow.ts';

interface CoreEvent {
  readonly metadata: { readonly uid?: string; readonly creationTimestamp?: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number };
  readonly firstTimestamp?: string | null;
  readonly eventTime?: string | null;
  /** Of a container: `spec.containers{build}`. */
  readonly involvedObject?: { readonly fieldPath?: string };
}

export function watchEventsMethod(client: ApiClient): Cluster['watchEvents'] {
  return (pod, { signal }) => endable(signal, (over) => watchEvents(client, pod, over));
}

async function* watchEvents(
  client: ApiClient,
  { name, uid }: { readonly name: string; readonly uid: string },
  signal: AbortSignal,
): AsyncGenerator<ClusterEvent> {
  const seen = new Set<string>();
  const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name},involvedObject.uid=${uid}`;
  for await (const followed of follow(client, { resource: 'events', fieldSelector }, signal)) {
    if (followed.kind === 'deleted') continue;
    const found = (followed.kind === 'list' ? followed.items : [followed.object]) as readonly CoreEvent[];
    for (const event of [...found].sort(byTime)) {
      const id = event.metadata.uid ?? '';
      if (seen.has(id)) continue;
      seen.add(id);
      yield readEvent(event, id);
    }
  }
}

function readEvent(event: CoreEvent, uid: string): ClusterEvent {
  const count = event.series?.count ?? event.count;
  const container = /\{(.+)\}$/.exec(event.involvedObject?.fieldPath ?? '')?.[1];
  return {
    uid,
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    ...(container !== undefined && { container }),
    ...(count !== undefined && { count }),
  };
}

function byTime(a: CoreEvent, b: CoreEvent): number {
  return timeOf(a).localeCompare(timeOf(b));
}

/** RFC 3339 in UTC: sorts as text. */
function timeOf({ firstTimestamp, eventTime, metadata }: CoreEvent): string {
  return firstTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
}
