// The variables with which a job asks GitLab's Kubernetes executor for something of the cluster. Here the policy decides all of it, so
// they do nothing. Source of the names: GitLab Runner, executors/kubernetes/overwrites.go.
import type { ContainerRole, Policy } from '../policy/policy.ts';
import { nearestName } from '../text/nearest-name.ts';
import { shortList } from '../text/short-list.ts';

interface OverwriteGroup {
  readonly names: readonly string[];
  /** Whatever follows is the job's. */
  readonly prefixes: readonly string[];
  /** A clause. */
  readonly why: string;
}

const prefix = 'KUBERNETES_';
const ends = ['REQUEST', 'LIMIT'];
const amounts = ['CPU', 'MEMORY', 'EPHEMERAL_STORAGE'];

const resourceNames = ['', 'HELPER_', 'SERVICE_', 'POD_'].flatMap((of) =>
  amounts
    // GitLab's executor has no storage of whole pods.
    .filter((amount) => !(of === 'POD_' && amount === 'EPHEMERAL_STORAGE'))
    .flatMap((amount) => ends.map((end) => `${prefix}${of}${amount}_${end}`)),
);

const resources: OverwriteGroup = {
  names: resourceNames,
  prefixes: [],
  why: "the runner's policy sets requests and limits (`resources`)",
};

/** All of them. */
export const overwriteGroups: readonly OverwriteGroup[] = [
  resources,
  {
    names: [],
    prefixes: [`${prefix}NODE_SELECTOR_`, `${prefix}NODE_TOLERATIONS_`],
    why: "the runner's policy chooses the nodes (`pod_template`)",
  },
  {
    names: [],
    prefixes: [`${prefix}POD_LABELS_`, `${prefix}POD_ANNOTATIONS_`],
    why: "the runner's policy sets labels and annotations of pods (`pod_template`)",
  },
  {
    names: [`${prefix}NAMESPACE_OVERWRITE`, `${prefix}SERVICE_ACCOUNT_OVERWRITE`, `${prefix}BEARER_TOKEN`],
    prefixes: [],
    why: 'namespace and account are those of the runner',
  },
];

/** `variables`: names, each once. One line for each group; empty: the job sets none of them. */
export function describeOverwrites(
  variables: readonly string[],
  { resources: amountsOf }: Pick<Policy, 'resources'>,
): string[] {
  const known = overwriteGroups.flatMap((group) => {
    const asked = variables.filter((name) => isOf(group, name));
    if (asked.length === 0) return [];
    const limits =
      group === resources
        ? ` ${rolesOf(asked)
            .map((role) => limitsOf(role, amountsOf))
            .join(' ')}`
        : '';
    return [`${haveNoEffect(asked)}: ${group.why}.${limits}`];
  });
  return [...known, ...misspelt(variables)];
}

function isOf({ names, prefixes }: OverwriteGroup, name: string): boolean {
  return names.includes(name) || prefixes.some((each) => name.startsWith(each));
}

const haveNoEffect = (names: readonly string[]): string =>
  `${shortList(names)} ${names.length === 1 ? 'has' : 'have'} no effect`;

/** Each once, in this order. */
function rolesOf(names: readonly string[]): readonly ContainerRole[] {
  const roles = new Set(names.map(roleOf));
  return (['build', 'helper', 'service'] as const).filter((role) => roles.has(role));
}

function roleOf(name: string): ContainerRole {
  if (name.startsWith(`${prefix}HELPER_`)) return 'helper';
  return name.startsWith(`${prefix}SERVICE_`) ? 'service' : 'build';
}

function limitsOf(role: ContainerRole, amountsOf: Policy['resources']): string {
  const { limits = {} } = amountsOf[role];
  const texts = Object.entries(limits).map(([what, amount]) => `${what} ${amount}`);
  const who = role === 'service' ? 'Each service' : `The ${role} container`;
  return texts.length === 0 ? `${who} has no limit.` : `${who} is limited to ${shortList(texts)}.`;
}

/** Nobody slips more often, and a job may have thousands of variables. */
const maxMisspelt = 3;
const maxCompared = 100;

/** What a cluster itself sets in containers (KUBERNETES_SERVICE_HOST and the like) is near to none of the names. */
function misspelt(variables: readonly string[]): string[] {
  const all = overwriteGroups.flatMap(({ names }) => names);
  return variables
    .filter((name) => name.startsWith(prefix) && !overwriteGroups.some((group) => isOf(group, name)))
    .slice(0, maxCompared)
    .flatMap((name) => {
      const meant = nearestName(name, all);
      return meant === null ? [] : [`${name} means nothing to GitLab. ${meant} would, but not here.`];
    })
    .slice(0, maxMisspelt);
}
