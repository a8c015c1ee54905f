// Event objects about pods, as scheduler and kubelet write them: the same event again counts up.
import { randomBytes } from 'node:crypto';
import type { Pod } from '../pod/pod.ts';
import { kubeTime } from '../store/kube-object.ts';
import type { Store } from '../store/store.ts';

export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** spec.containers{name} */
  readonly fieldPath?: string;
  readonly component?: 'kubelet' | 'default-scheduler' | 'taint-eviction-controller';
}

export type RecordEvent = (pod: Pod, words: EventText) => void;

export function createEventRecorder(store: Store, clock: () => Date, node: string): RecordEvent {
  const known = new Map<string, string>();
  return (pod, words) => {
    const { type, reason, message, fieldPath, component = 'kubelet' } = words;
    const { name, namespace = '', uid, resourceVersion } = pod.metadata;
    const key = [uid, type, reason, message, fieldPath].join('\0');
    const now = kubeTime(clock());
    const before = known.get(key);
    if (before !== undefined) {
      const again = store.update({ resource: 'events', namespace, name: before }, (event) => ({
        ...event,
        count: Number(event['count']) + 1,
        lastTimestamp: now,
      }));
      if (again) return;
    }
    const eventName = `${name}.${randomBytes(8).toString('hex')}`;
    known.set(key, eventName);
    store.create(
      { resource: 'events', namespace, name: eventName },
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName },
        involvedObject: {
          kind: 'Pod',
          namespace,
          name,
          uid,
          apiVersion: 'v1',
          resourceVersion,
          ...(fieldPath === undefined ? {} : { fieldPath }),
        },
        reason,
        message,
        source: component === 'kubelet' ? { component, host: node } : { component },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        type,
        eventTime: null,
        reportingComponent: component,
        reportingInstance: node,
      },
    );
  };
}
