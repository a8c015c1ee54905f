// What a pod waited for when its time was up, and who can do something about it.
import type { Pod } from '../../cluster/cluster.ts';
import {
  explainPassingPull,
  findPullFailure,
  type PullFailure,
  withCause,
} from '../../diagnosis/pull-failure.ts';
import { adviceOnSetup, type SetupTrouble } from '../../diagnosis/setup-trouble.ts';
import { adviseOnClaim, describeWaiting, isUnschedulable } from '../../diagnosis/start-failure.ts';
import { adviceFor, findStuck } from '../../diagnosis/stuck-container.ts';
import type { Advice } from '../../outcome/failure.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { architectureLabel, selectedArchitecture } from '../../pod/node-architecture.ts';
import { sentence } from '../../text/sentence.ts';

interface TimedOut {
  /** null: nobody knows. */
  readonly pod: Pod | null;
  readonly containers: readonly string[];
  /** `timeouts.ready`. */
  readonly seconds: number;
  readonly setupTrouble: SetupTrouble | null;
  /** The last that was seen. */
  readonly pullFailure: PullFailure | null;
}

export function explainNotReady({
  pod,
  containers,
  seconds,
  setupTrouble,
  pullFailure,
}: TimedOut): SystemFailure {
  const pull = pod && findPullFailure(pod);
  if (pull) return explainPassingPull(withCause(pull, pullFailure));
  const fail = (code: 'unschedulable' | 'not-ready', why: string, advice: Advice): SystemFailure =>
    new SystemFailure(code, {
      what: sentence(`The job's pod was not ready within ${seconds} s (\`timeouts.ready\`): ${why}`),
      ...advice,
    });
  const waiting = pod && describeWaiting(pod);
  if (pod && waiting !== null && isUnschedulable(pod))
    return fail('unschedulable', waiting, {
      author: 'Retry the job.',
      operator:
        adviseOnClaim(pod) ??
        `the cluster may need more room, or a node that takes this pod.${architectureHint(pod)}`,
    });
  if (pod && waiting !== null) {
    const kind = findStuck(pod, containers)?.kind ?? 'unknown';
    return fail('not-ready', waiting, adviceFor(kind, pod));
  }
  const creating = 'its containers are still being made';
  return setupTrouble
    ? fail(
        'not-ready',
        `${creating}; the node's last warning was ${setupTrouble.message}`,
        adviceOnSetup(setupTrouble, pod),
      )
    : fail('not-ready', creating, adviceFor('unknown', pod));
}

/** A cluster without such nodes says only that none fits the selector. */
function architectureHint({ spec }: Pod): string {
  const architecture = selectedArchitecture({ spec });
  return typeof architecture === 'string'
    ? ` It goes to nodes of ${architecture} only: for others, name theirs as \`${architectureLabel}\` in \`pod_template.spec.nodeSelector\`.`
    : '';
}
