// Pod Security "baseline", in upstream's order. Source: kubernetes/pod-security-admission, policy/check_*.go (2026-07).
import { appArmorProfile, seccompBaseline, seLinuxOptions } from './baseline-profiles.ts';
import { type Check, securityFault } from './check.ts';
import {
  type EvaluatedPod,
  findSetters,
  hasUserNamespace,
  isSet,
  items,
  map,
  named,
  nameSetters,
  quoted,
  text,
  texts,
  whoHas,
} from './evaluated-pod.ts';
import { hostChecks } from './host-checks.ts';

/** What a container runtime grants by default, without NET_RAW. */
export const defaultCapabilities: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** By the policy version that brought them. */
const safeSysctls: readonly [since: number, names: readonly string[]][] = [
  [
    0,
    [
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.ping_group_range',
      'net.ipv4.ip_unprivileged_port_start',
    ],
  ],
  [27, ['net.ipv4.ip_local_reserved_ports']],
  [
    29,
    [
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
    ],
  ],
  [32, ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']],
  [37, ['net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat']],
];

/** By the newest policy. */
export const isSafeSysctl = (name: string): boolean => safeSysctls.some(([, names]) => names.includes(name));

/** From this policy version on, user namespaces relax some checks. */
export const userNamespacesSince = 35;

export const baselineChecks: readonly Check[] = [
  appArmorProfile,
  {
    id: 'capabilities_baseline',
    evaluate: ({ containers }) => {
      const { names, values } = whoHas(containers, ({ context }) =>
        texts(map(context['capabilities'])['add']).filter((name) => !defaultCapabilities.has(name)),
      );
      const detail = `${named(names)} must not include ${quoted(values)} in securityContext.capabilities.add`;
      return names.length > 0 ? securityFault('non-default capabilities', detail) : null;
    },
  },
  ...hostChecks,
  {
    id: 'privileged',
    evaluate: ({ containers }) => {
      const { names } = whoHas(containers, ({ context }) => (context['privileged'] === true ? ['true'] : []));
      const detail = `${named(names)} must not set securityContext.privileged=true`;
      return names.length > 0 ? securityFault('privileged', detail) : null;
    },
  },
  {
    id: 'procMount',
    evaluate: (pod, minor) =>
      minor >= userNamespacesSince && hasUserNamespace(pod) ? null : maskedProc(pod),
  },
  seLinuxOptions,
  seccompBaseline,
  {
    id: 'sysctls',
    evaluate: ({ context }, minor) => {
      const safe = new Set(safeSysctls.flatMap(([since, names]) => (since <= minor ? names : [])));
      const names = items(context['sysctls']).map((sysctl) => String(sysctl['name']));
      const forbidden = names.filter((name) => !safe.has(name));
      return forbidden.length > 0 ? securityFault('forbidden sysctls', forbidden.join(', ')) : null;
    },
  },
  {
    id: 'windowsHostProcess',
    evaluate: (pod) => {
      const setters = findSetters(pod, (context) =>
        map(context['windowsOptions'])['hostProcess'] === true ? ['true'] : [],
      );
      const detail = `${nameSetters(setters)} must not set securityContext.windowsOptions.hostProcess=true`;
      return isSet(setters) ? securityFault('hostProcess', detail) : null;
    },
  },
];

/** "restricted" asks the same without regard to user namespaces. */
export function maskedProc({ containers }: EvaluatedPod): ReturnType<Check['evaluate']> {
  const { names, values } = whoHas(containers, ({ context }) => {
    const mount = text(context['procMount']);
    return mount === '' || mount === 'Default' ? [] : [mount];
  });
  const detail = `${named(names)} must not set securityContext.procMount to ${quoted(values)}`;
  return names.length > 0 ? securityFault('procMount', detail) : null;
}
