// The faults, carried out in the server.

import type { Denial } from '../api/access-review.ts';
import type { ApiServer } from '../api/api-server.ts';
import type { ExecConnection } from '../api/exec-connection.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { ContainerRuntime } from '../kubelet/pod-state.ts';
import type { PodWorker } from '../kubelet/pod-worker.ts';
import type { Store } from '../store/store.ts';
import { applyCut, type FaultRules } from './fault-rules.ts';
import type { Faults, Target } from './faults.ts';
import {
  evictionMessage,
  evictPod,
  loseNode,
  markPreempted,
  oomKillContainer,
  oomKillOneProcess,
} from './pod-accidents.ts';

export interface CommandContext {
  readonly rules: FaultRules;
  readonly api: ApiServer;
  readonly store: Store;
  readonly kubelet: Kubelet;
  readonly denials: Denial[];
  readonly rotateToken: (updateFiles: boolean) => string;
}

/** The same methods as `Faults`; what they return may be there at once. */
type Carried = {
  readonly [Name in keyof Faults]: (
    ...options: Parameters<Faults[Name]>
  ) => Awaited<ReturnType<Faults[Name]>> | ReturnType<Faults[Name]>;
};

const unschedulable =
  '0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';

export function faultCommands(context: CommandContext): Carried {
  return { ...execCommands(context), ...requestCommands(context), ...podCommands(context) };
}

type Some<Names extends keyof Faults> = Pick<Carried, Names>;

function execCommands({
  api,
  rules,
}: CommandContext): Some<'cutExecs' | 'cutNextExecs' | 'freezeExecs' | 'thawExecs' | 'pretendSuccess'> {
  const each = (target: Target | undefined, act: (exec: ExecConnection) => void): number => {
    const found = [...api.execs].filter(
      ({ pod, container }) => (target?.pod ?? pod) === pod && (target?.container ?? container) === container,
    );
    found.forEach(act);
    return found.length;
  };
  return {
    cutExecs: (rule = {}) => each(rule, (exec) => applyCut(rule, exec)),
    cutNextExecs(rule = {}) {
      rules.cut(rule);
    },
    freezeExecs: (options) => each(options, (exec) => exec.freeze()),
    thawExecs: () => each({}, (exec) => exec.thaw()),
    pretendSuccess: (options) => each(options, (exec) => exec.pretendSuccess()),
  };
}

function requestCommands({
  api,
  rules,
  store,
  denials,
  rotateToken,
}: CommandContext): Some<
  | 'refuse'
  | 'exhaustQuota'
  | 'expireWatches'
  | 'cutWatches'
  | 'keepPending'
  | 'pulls'
  | 'dropHostUsers'
  | 'injectContainer'
  | 'rotateToken'
  | 'apiAway'
  | 'deny'
  | 'clear'
> {
  return {
    refuse: (rule) => rules.refuse(rule),
    exhaustQuota: (options) =>
      rules.refuse({
        verb: 'create',
        resource: 'pods',
        subresource: '',
        status: 403,
        message:
          'pods "job" is forbidden: exceeded quota: ci-quota, requested: limits.memory=512Mi, used: limits.memory=4Gi, limited: limits.memory=4Gi',
        times: options?.times ?? 1,
      }),
    expireWatches() {
      const { size } = api.watches;
      for (const watch of [...api.watches]) watch.expire();
      store.forget();
      return size;
    },
    cutWatches() {
      const { size } = api.watches;
      for (const watch of [...api.watches]) watch.close();
      return size;
    },
    keepPending: (options) => rules.keepPending(options?.message ?? unschedulable),
    pulls: (rule) => rules.pull(rule),
    dropHostUsers: (options) => rules.dropHostUsers(options?.times),
    injectContainer: ({ container, times }) => rules.inject(container, times),
    rotateToken: (options) => ({ token: rotateToken(options?.updateFiles ?? true) }),
    async apiAway({ ms }) {
      await api.goAway();
      setTimeout(() => void api.comeBack(), ms);
    },
    deny({ denials: next }) {
      denials.splice(0, denials.length, ...next);
    },
    clear: () => rules.clear(),
  };
}

function podCommands({
  kubelet,
  store,
}: CommandContext): Some<'evict' | 'deletePod' | 'oomKill' | 'oomKillProcess' | 'loseNode' | 'preempt'> {
  const workerOf = (pod: string): PodWorker => {
    const found = kubelet.workers().find((worker) => worker.pod.metadata.name === pod);
    if (!found) throw new Error(`there is no pod "${pod}"`);
    return found;
  };
  const containerOf = (pod: string, name: string): ContainerRuntime => {
    const found = workerOf(pod).runtime.containers.find(({ spec }) => spec.name === name);
    if (!found) throw new Error(`the pod "${pod}" has no container "${name}"`);
    return found;
  };
  const mark = (worker: PodWorker, graceSeconds: number): void => {
    const { name, namespace = '' } = worker.pod.metadata;
    store.update({ resource: 'pods', namespace, name }, (object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        deletionTimestamp: new Date(Date.now() + graceSeconds * 1000).toISOString().replace(/\.\d+/, ''),
        deletionGracePeriodSeconds: graceSeconds,
      },
    }));
  };
  return {
    evict: ({ pod, message }) => evictPod(workerOf(pod), message ?? evictionMessage),
    deletePod({ pod, gracePeriodSeconds }) {
      const worker = workerOf(pod);
      mark(worker, gracePeriodSeconds ?? worker.pod.spec.terminationGracePeriodSeconds ?? 0);
    },
    oomKill: ({ pod, container }) => oomKillContainer(containerOf(pod, container)),
    oomKillProcess: ({ pod, container, command }) => ({
      killed: oomKillOneProcess(containerOf(pod, container), command ?? ''),
    }),
    loseNode: ({ pod }) => loseNode(workerOf(pod)),
    preempt({ pod }) {
      const worker = workerOf(pod);
      markPreempted(worker);
      mark(worker, worker.pod.spec.terminationGracePeriodSeconds ?? 0);
    },
  };
}
