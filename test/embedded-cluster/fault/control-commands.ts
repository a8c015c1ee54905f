// What the control endpoint does when it is asked: every fault, and a look inside.
import { readlinkSync } from 'node:fs';
import type { Denial } from '../api/access-review.ts';
import type { ApiServer } from '../api/api-server.ts';
import type { ExecConnection } from '../api/exec-connection.ts';
import type { ImageStore } from '../image/image-store.ts';
import { importImage } from '../image/import-image.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { Store } from '../store/store.ts';
import { applyCut, type FaultRules } from './fault-rules.ts';
import type { Control, Target } from './faults.ts';
import { findContainer, podCommands } from './pod-commands.ts';

export interface ControlParts {
  readonly rules: FaultRules;
  readonly api: ApiServer;
  readonly store: Store;
  readonly kubelet: Kubelet;
  readonly images: ImageStore;
  readonly imagesDirectory: string;
  readonly denials: Denial[];
  readonly rotateToken: (updateFiles: boolean) => string;
}

/** The methods of `Control`; what they return may be there at once. */
export type Carried = {
  readonly [Name in keyof Control]: (
    ...options: Parameters<Control[Name]>
  ) => Awaited<ReturnType<Control[Name]>> | ReturnType<Control[Name]>;
};

const unschedulable =
  '0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';
const quotaUsedUp =
  'pods "job" is forbidden: exceeded quota: ci-quota, requested: limits.memory=512Mi, used: limits.memory=4Gi, limited: limits.memory=4Gi';

export function controlCommands(parts: ControlParts): Carried {
  const { rules, kubelet, images, imagesDirectory } = parts;
  return {
    ...execCommands(parts),
    ...requestCommands(parts),
    ...podCommands(parts),
    keepPending: (options) => rules.keepPending(options?.message ?? unschedulable),
    pulls: (rule) => rules.pull(rule),
    dropHostUsers: (options) => rules.dropHostUsers(options?.times),
    injectContainer: ({ container, times }) => rules.inject(container, times),
    clear: () => rules.clear(),
    importImage: async ({ archive, name }) => images.add(name, await importImage(archive, imagesDirectory)),
    processNamespace: ({ pod, container }) =>
      readlinkSync(`/proc/${findContainer(kubelet, pod, container).running?.pid ?? 0}/ns/pid`),
  };
}

type Some<Names extends keyof Control> = Pick<Carried, Names>;

function execCommands({
  api,
  rules,
}: ControlParts): Some<'cutExecs' | 'cutNextExecs' | 'freezeExecs' | 'thawExecs' | 'pretendSuccess'> {
  const each = (target: Target | undefined, act: (exec: ExecConnection) => void): number => {
    const found = [...api.execs].filter(
      ({ pod, container }) => (target?.pod ?? pod) === pod && (target?.container ?? container) === container,
    );
    found.forEach(act);
    return found.length;
  };
  return {
    cutExecs: (rule = {}) => each(rule, (exec) => applyCut(rule, exec)),
    cutNextExecs: (rule = {}) => rules.cut(rule),
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
}: ControlParts): Some<
  'refuse' | 'exhaustQuota' | 'expireWatches' | 'cutWatches' | 'rotateToken' | 'apiAway' | 'deny'
> {
  return {
    refuse: (rule) => rules.refuse(rule),
    exhaustQuota: ({ times = 1 } = {}) =>
      rules.refuse({
        verb: 'create',
        resource: 'pods',
        subresource: '',
        status: 403,
        message: quotaUsedUp,
        times,
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
    rotateToken: (options) => ({ token: rotateToken(options?.updateFiles ?? true) }),
    async apiAway({ ms }) {
      await api.goAway();
      setTimeout(() => void api.comeBack(), ms);
    },
    deny({ denials: next }) {
      denials.splice(0, denials.length, ...next);
    },
  };
}
