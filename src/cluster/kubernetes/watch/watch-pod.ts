// One pod, as it changes.
import type { Cluster, Pod, PodChange } from '../../cluster.ts';
import type { ApiClient } from '../api-client.ts';
import { endable, follow } from './follow.ts';

export function watchPodMethod(client: ApiClient): Cluster['watchPod'] {
  return (name, { signal }) => endable(signal, (over) => watchPod(client, name, over));
}

async function* watchPod(client: ApiClient, name: string, signal: AbortSignal): AsyncGenerator<PodChange> {
  let last = '';
  const selection = { resource: 'pods', fieldSelector: `metadata.name=${name}` } as const;
  for await (const followed of follow(client, selection, signal)) {
    const pod = followed.kind === 'list' ? (followed.items[0] as Pod | undefined) : (followed.object as Pod);
    const change: PodChange =
      pod === undefined || followed.kind === 'deleted' ? { kind: 'gone' } : { kind: 'changed', pod };
    const version = change.kind === 'gone' ? 'gone' : (change.pod.metadata.resourceVersion ?? '');
    // A list after a reconnect mostly brings what is known.
    if (version !== '' && version === last) continue;
    last = version;
    yield change;
  }
}
