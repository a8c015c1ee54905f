// What the policy needs beside the keys that were written, so that jobs run as they do today and as safely as they can here.

import { maxId } from '../layout/ids.ts';
import { shippedResources } from '../policy/schema/resources-schema.ts';
import { isObject } from '../security/field-values.ts';
import { type Draft, valueAt } from './draft.ts';
import { giveServicesAmounts } from './rows/service-containers.ts';

/** Root inside the user namespace, and nobody outside: config/policies/root-in-user-namespace.yaml has the reasons. */
const rootContexts = {
  default_security_context: {
    runAsNonRoot: false,
    sysctls: [{ name: 'net.ipv4.ping_group_range', value: `0 ${maxId}` }],
  },
  enforced_security_context: {
    privileged: false,
    allowPrivilegeEscalation: false,
    seccompProfile: { type: 'RuntimeDefault' },
    capabilities: {
      drop: ['ALL'],
      add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID', 'FSETID', 'KILL', 'SYS_CHROOT'],
    },
  },
} as const;

/** As shipped. */
const enforcedForOthers = {
  privileged: false,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
} as const;

const defaultUser = 1000;

/** @returns what an operator should know of what no key said: whole sentences. */
export function completeDraft(draft: Draft, isKubernetes: boolean): readonly string[] {
  const said = [...completeContexts(draft), ...completeResources(draft, isKubernetes)];
  giveServicesAmounts(draft);
  return said;
}

function completeContexts({ policy }: Draft): string[] {
  const enforced = tableAt(policy, 'enforced_security_context');
  const own = tableAt(policy, 'default_security_context');
  const said = keepNonRoot(enforced);
  return [...said, ...completeByUser(policy, enforced, own)];
}

/** Root that must not be root starts nowhere; of the two the one that is safer stays. @returns what was left out */
function keepNonRoot(enforced: Record<string, unknown>): string[] {
  const tables = [
    ['', enforced],
    ...roles.map((role) => [`${role}.`, tableAt(enforced, role)] as const),
  ] as const;
  return tables.flatMap(([path, table]) => {
    if (table['runAsUser'] !== 0 || (table['runAsNonRoot'] ?? enforced['runAsNonRoot']) !== true) return [];
    delete table['runAsUser'];
    return [
      `\`enforced_security_context.${path}runAsUser: 0\` is left out, because your configuration wants that container not to be root: it would not start.`,
    ];
  });
}

function completeByUser(
  policy: Draft['policy'],
  enforced: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): string[] {
  const user = enforced['runAsUser'];
  const isOrdinary = enforced['runAsNonRoot'] === true || (user !== undefined && user !== 0);
  if (!isOrdinary) {
    const { isNeeded, ...ofBuild } = userOfBuild(enforced);
    policy['default_security_context'] = { ...rootContexts.default_security_context, ...ofBuild, ...own };
    policy['enforced_security_context'] = { ...rootContexts.enforced_security_context, ...enforced };
    if (isNeeded)
      return [
        `The build container runs as user ${defaultUser}, because your configuration wants it not to be root and names no user.`,
      ];
    return [
      'Jobs run as root inside a user namespace of their own, and as nobody outside of it, because your configuration names no other user and images mostly expect root. The namespace must admit that: label it `pod-security.kubernetes.io/enforce=baseline`.',
    ];
  }
  const id = typeof user === 'number' ? user : defaultUser;
  const group = enforced['runAsGroup'] ?? id;
  policy['default_security_context'] = {
    ...(user === undefined ? { runAsUser: id, runAsGroup: group } : {}),
    fsGroup: group,
    fsGroupChangePolicy: 'OnRootMismatch',
    ...own,
  };
  policy['enforced_security_context'] = { ...enforcedForOthers, ...enforced };
  return [`Jobs run as user ${id}, who is not root, in a user namespace of their own.`];
}

/** Build and helper share their files, so that they are one user: where one of them must not be root, it has to have a number. */
function userOfBuild(
  enforced: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> & { readonly isNeeded: boolean } {
  const [build, helper] = [tableAt(enforced, 'build'), tableAt(enforced, 'helper')];
  const isNeeded =
    [build, helper].some((each) => each['runAsNonRoot'] === true) && build['runAsUser'] === undefined;
  return isNeeded
    ? { isNeeded, build: { runAsUser: defaultUser, runAsGroup: defaultUser }, fsGroup: defaultUser }
    : { isNeeded };
}

const tableAt = (policy: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> => {
  const value = policy[key];
  return isObject(value) ? value : {};
};

const roles = ['build', 'helper', 'service'] as const;

/** Where GitLab's Kubernetes executor has no limit for processor time there is none; for memory and disk there is one, or a job could take its node. */
function completeResources(draft: Draft, isKubernetes: boolean): string[] {
  const said = roles.flatMap((role) =>
    limitNames(isKubernetes)
      .filter((name) => valueAt(draft.policy, ['resources', role, 'limits', name]) === undefined)
      .map((name) => `\`resources.${role}.limits.${name}\` is ${limitOf(draft, role, name)}`),
  );
  if (isKubernetes) for (const role of roles) liftProcessorLimit(draft, role);
  return said.length === 0
    ? []
    : [
        `Your configuration does not limit everything: ${said.join(', ')}. \`null\` takes a limit away; then one job can take its node.`,
      ];
}

type LimitName = keyof (typeof shippedResources)['build']['limits'];

const limitNames = (isKubernetes: boolean): readonly LimitName[] => [
  ...(isKubernetes ? [] : ['cpu' as const]),
  'memory',
  'ephemeral-storage',
];

function limitOf({ policy }: Draft, role: (typeof roles)[number], name: LimitName): string {
  const request = valueAt(policy, ['resources', role, 'requests', name]);
  const shipped = shippedResources[role].limits[name];
  return request === undefined
    ? `the usual ${shipped}`
    : `the usual ${shipped}, or the request where that is more`;
}

function liftProcessorLimit({ policy }: Draft, role: (typeof roles)[number]): void {
  const path = ['resources', role, 'limits', 'cpu'];
  if (valueAt(policy, path) !== undefined) return;
  const resources = tableAt(policy, 'resources');
  const own = tableAt(resources, role);
  policy['resources'] = {
    ...resources,
    [role]: { ...own, limits: { ...tableAt(own, 'limits'), cpu: null } },
  };
}
