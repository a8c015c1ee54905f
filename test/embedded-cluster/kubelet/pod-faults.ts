// What tests can do to pods before they run; fault/ decides, the kubelet asks.
import type { Pod } from '../pod/pod.ts';
import type { Credentials } from './pull-credentials.ts';

export interface PodFaults {
  /** Why no node takes this pod; null: one does. Asked again now and then. */
  unschedulable(pod: Pod): string | null;
  /** What the registry does with a request for this image, made with these credentials. */
  pull(image: string, credentials: readonly Credentials[]): PullFault | null;
}

export interface PullFault {
  /** The registry's or the runtime's message; absent: the pull works. */
  readonly message?: string;
  /** The container waits for this, with the message, in place of ErrImagePull and its back-off. */
  readonly reason?: string;
  readonly delayMs?: number;
}
