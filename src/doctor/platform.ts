// Which platform the cluster is, as far as its API server says so, and what that platform needs for pods in user namespaces.
// Sources for each are in docs/platforms.md. A runner's account may not read nodes, so what only they tell (Talos, Bottlerocket)
// is known by an API group or not at all.
import type { Cluster, ServerVersion } from '../cluster/cluster.ts';
import { ask } from './call.ts';
import { type DoctorFinding, ok, type Remedy, warn } from './doctor-finding.ts';
import type { DnsPods } from './network/network-rules.ts';

export interface PlatformFacts {
  /** Its address. */
  readonly server: string;
  readonly version: ServerVersion;
  /** Names of API groups. */
  readonly groups: readonly string[];
}

export interface Platform {
  readonly name: string;
  /** What its API server says that only it would say. */
  readonly isRecognisedBy: (facts: PlatformFacts) => boolean;
  /** The first minor version whose nodes, as the vendor makes them, can give a pod a user namespace. */
  readonly sinceMinor: number;
  /** What its nodes need for that. */
  readonly needs: string;
  /** Its pods that look names up, if not those that others have. */
  readonly dns?: DnsPods;
  /** For a pod that an admission of the platform's own refuses: what it says, and what helps. */
  readonly admission?: { readonly words: RegExp; readonly remedy: (namespace: string) => Remedy };
}

const page = 'docs/platforms.md';

/** OpenShift's administrators bind an SCC as they bind a role. */
const bindScc = (namespace: string): Remedy => ({
  text: `As an administrator, let the runner use an SCC that admits its pods: for the shipped policy the built-in restricted-v3 does (config/openshift/, ${page}). The second line is for jobs that are root in their user namespace:`,
  code: `oc adm policy add-scc-to-user restricted-v3 -z gitlab-pod-executor -n ${namespace}\noc apply -n ${namespace} -f config/openshift/root-in-user-namespace.yaml`,
});

const hasGroup =
  (group: string) =>
  ({ groups }: PlatformFacts): boolean =>
    groups.includes(group);
const hasSuffix =
  (suffix: RegExp) =>
  ({ version }: PlatformFacts): boolean =>
    suffix.test(version.gitVersion);

/** The first that fits counts: OpenShift runs on the clouds too. */
export const platforms: readonly Platform[] = [
  {
    name: 'OpenShift',
    isRecognisedBy: hasGroup('security.openshift.io'),
    // OpenShift 4.20: user namespaces are generally available, and so is restricted-v3.
    sinceMinor: 33,
    needs:
      'OpenShift 4.20 or newer, and an SCC that admits uid 1000 in a user namespace, such as restricted-v3',
    dns: {
      namespace: 'openshift-dns',
      label: ['dns.operator.openshift.io/daemonset-dns', 'default'],
      port: 5353,
    },
    admission: { words: /security context constraint/i, remedy: bindScc },
  },
  {
    name: 'EKS',
    isRecognisedBy: hasSuffix(/-eks-/),
    sinceMinor: 33,
    needs:
      'nodes of Amazon Linux 2023 as made since August 2025; on Bottlerocket, `user.max_user_namespaces` above 0',
  },
  {
    name: 'GKE',
    isRecognisedBy: hasSuffix(/-gke\./),
    sinceMinor: 33,
    needs: 'nodes of version 1.33 or newer, which have containerd 2.0',
  },
  {
    name: 'AKS',
    isRecognisedBy: ({ server }) => /\.azmk8s\.io(:|\/|$)/.test(server),
    sinceMinor: 35,
    needs:
      'nodes of Ubuntu 24.04 or Azure Linux 3: the kernel of Ubuntu 22.04, the default before 1.35, is too old',
  },
  {
    name: 'RKE2',
    isRecognisedBy: hasSuffix(/\+rke2r\d/),
    sinceMinor: 33,
    needs: 'Linux 6.3 and containerd 2.0, or newer, on the machines',
  },
  {
    name: 'k3s',
    isRecognisedBy: hasSuffix(/\+k3s\d/),
    sinceMinor: 33,
    needs: 'Linux 6.3 or newer on the machines; containerd 2 comes with it',
  },
  {
    name: 'Talos Linux',
    isRecognisedBy: hasGroup('talos.dev'),
    sinceMinor: 33,
    needs: '`machine.sysctls.user.max_user_namespaces` above 0, which Talos sets to 0',
  },
];

/** null: none of those, or the API server does not list its groups. */
export async function findPlatform(
  cluster: Cluster,
  known: Omit<PlatformFacts, 'groups'>,
  signal: AbortSignal,
): Promise<Platform | null> {
  const result = await ask((limit) => cluster.apiGroups({ signal: limit }), signal);
  const groups = 'answer' in result ? result.answer : [];
  return platforms.find(({ isRecognisedBy }) => isRecognisedBy({ ...known, groups })) ?? null;
}

export function describePlatform(platform: Platform | null, { minor, major }: ServerVersion): DoctorFinding {
  const check = 'platform';
  if (platform === null) return ok(check, `none with needs of its own that is known (${page})`);
  const { name, sinceMinor, needs } = platform;
  if (major > 1 || minor >= sinceMinor) return ok(check, `${name}; it needs ${needs} (${page})`);
  return warn(
    check,
    `${name} of Kubernetes ${major}.${minor}: as its nodes are made before 1.${sinceMinor}, they cannot give a pod a user namespace`,
    { text: `Upgrade to 1.${sinceMinor}, or see in ${page} what to change; it needs ${needs}.` },
  );
}

/** For a node that could not give a pod its user namespace. */
export function remedyNodes({ name, needs }: Platform): Remedy {
  return { text: `On ${name}, user namespaces need ${needs} (${page}).` };
}
