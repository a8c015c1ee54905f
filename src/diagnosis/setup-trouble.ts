// What goes wrong before a pod has containers: sandbox, network, volumes. A kubelet says it in events alone; the status shows
// nothing but containers that are being created. Source: pkg/kubelet/events/event.go of Kubernetes 1.36.
import type { ClusterEvent, Pod } from '../cluster/cluster.ts';
import type { Advice } from '../outcome/failure.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { sentence } from '../text/sentence.ts';
import { nodeOf } from './node-of.ts';

export interface SetupTrouble {
  /** Safe to print. */
  readonly message: string;
  /** `template`: it names what is not there, and trying again brings nothing. The others may pass. */
  readonly kind: 'template' | 'volume' | 'node';
}

const setup = new Map<string, SetupTrouble['kind']>([
  ['FailedMount', 'volume'],
  ['FailedAttachVolume', 'volume'],
  ['FailedMapVolume', 'volume'],
  ['FailedMountOnFilesystemMismatch', 'volume'],
  ['FailedCreatePodSandBox', 'node'],
  ['FailedPodSandBoxStatus', 'node'],
  ['FailedCreatePodContainer', 'node'],
  ['FailedPrepareDynamicResources', 'node'],
  ['FailedSync', 'node'],
  ['NetworkNotReady', 'node'],
]);

/** Of volumes' sources and of RuntimeClasses (containerd, CRI-O). */
const missing =
  /(secret|configmap|persistentvolumeclaim) "[^"]*" not found|references non-existent (secret|config) key|no runtime for .* is configured|failed to find runtime handler/i;

/** null: the event is about something else. */
export function readSetupTrouble({ type, reason, message }: ClusterEvent): SetupTrouble | null {
  const kind = setup.get(reason);
  if (type !== 'Warning' || kind === undefined) return null;
  return {
    message: `${plainLine(reason)}: ${plainLine(message)}`,
    kind: missing.test(message) ? 'template' : kind,
  };
}

/** The condition that kubelets show from 1.29 on: events may come late, or not at all, when the trouble is over. */
export function isBeforeContainers(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some(
      ({ type, status }) => type === 'PodReadyToStartContainers' && status === 'False',
    ) ?? false
  );
}

export function explainSetupTrouble(trouble: SetupTrouble, pod: Pod): SystemFailure {
  return new SystemFailure('not-ready', {
    what: sentence(`The node cannot prepare the job's pod: ${trouble.message}`),
    ...adviceOnSetup(trouble, pod),
  });
}

/** What to do about it. */
export function adviceOnSetup({ kind }: SetupTrouble, pod: Pod | null): Advice {
  const node = nodeOf(pod);
  switch (kind) {
    case 'template':
      return {
        operator: '`pod_template` names something that the namespace or the node does not have.',
      };
    case 'volume':
      return {
        author: 'Retry the job.',
        operator: `check the volumes of \`pod_template\`, the storage of \`lasting_workspaces\`, and ${node}.`,
      };
    case 'node':
      return {
        author: 'Retry the job.',
        operator: `look at the container runtime and the network of ${node}.`,
      };
  }
}
