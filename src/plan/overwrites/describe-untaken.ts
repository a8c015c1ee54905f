// What a job asks of GitLab's Kubernetes executor for its pod and does not get here: what the policy does not leave to jobs.
import type { ContainerRole, Policy } from '../../policy/policy.ts';
import { nearestName } from '../../text/nearest-name.ts';
import { shortList } from '../../text/short-list.ts';
import { maxOf } from './admit-amounts.ts';
import { isSettingTaken } from './admit-overwrites.ts';
import {
  accountVariable,
  amountVariables,
  identityVariables,
  podAmountVariables,
  overwritePrefix as prefix,
  settingPrefixes,
} from './overwrite-variables.ts';

interface OverwriteGroup {
  readonly names: readonly string[];
  /** Whatever follows is the job's. */
  readonly prefixes: readonly string[];
  /** A clause. */
  readonly why: string;
}

const resources: OverwriteGroup = {
  names: [...amountVariables.map(({ name }) => name), ...podAmountVariables],
  prefixes: [],
  why: "the runner's policy sets requests and limits (`resources`), and does not leave this to jobs",
};

/** All of them. */
export const overwriteGroups: readonly OverwriteGroup[] = [
  resources,
  {
    names: [],
    prefixes: [settingPrefixes.node_selector, settingPrefixes.tolerations],
    why: "the runner's policy chooses the nodes (`pod_template`)",
  },
  {
    names: [],
    prefixes: [settingPrefixes.labels, settingPrefixes.annotations],
    why: "the runner's policy sets labels and annotations of pods (`pod_template`)",
  },
  {
    names: [accountVariable, ...identityVariables],
    prefixes: [],
    why: 'namespace and account are those of the runner',
  },
];

type PolicyPart = Pick<Policy, 'resources' | 'pod_template' | 'job_may_set'>;

/** `job`: names of the job's own variables, each once; `services`: likewise. One line for each group; empty: nothing is left out. */
export function describeUntaken(
  { job, services }: { readonly job: readonly string[]; readonly services: readonly string[] },
  policy: PolicyPart,
): string[] {
  const isTaken = takenBy(policy);
  const asked = [...new Set([...job, ...services.filter(isOfServices)])];
  const known = overwriteGroups.flatMap((group) => {
    const untaken = asked.filter((name) => isOf(group, name) && !isTaken(name));
    if (untaken.length === 0) return [];
    const limits =
      group === resources
        ? ` ${rolesOf(untaken)
            .map((role) => limitsOf(role, policy.resources))
            .join(' ')}`
        : '';
    return [`${haveNoEffect(untaken)}: ${group.why}.${limits}`];
  });
  return [...known, ...misplaced(services), ...misspelt([...new Set([...job, ...services])], isTaken)];
}

const isOfServices = (name: string): boolean =>
  amountVariables.some((each) => each.name === name && each.role === 'service');

function takenBy(policy: PolicyPart): (name: string) => boolean {
  return (name) => {
    const variable = amountVariables.find((each) => each.name === name);
    return variable === undefined ? isSettingTaken(name, policy) : maxOf(variable, policy) !== null;
  };
}

/** Of a service's own variables GitLab's executor reads those that are for services. */
function misplaced(services: readonly string[]): string[] {
  const others = services.filter(
    (name) => !isOfServices(name) && overwriteGroups.some((group) => isOf(group, name)),
  );
  if (others.length === 0) return [];
  return [
    `${haveNoEffect(others)} among the variables of a service: only ${prefix}SERVICE_CPU_LIMIT and the like are read there.`,
  ];
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
function misspelt(variables: readonly string[], isTaken: (name: string) => boolean): string[] {
  const all = overwriteGroups.flatMap(({ names }) => names);
  return variables
    .filter((name) => name.startsWith(prefix) && !overwriteGroups.some((group) => isOf(group, name)))
    .slice(0, maxCompared)
    .flatMap((name) => {
      const meant = nearestName(name, all);
      if (meant === null) return [];
      const instead = isTaken(meant) ? `Did you mean ${meant}?` : `${meant} would, but not here.`;
      return [`${name} means nothing to GitLab. ${instead}`];
    })
    .slice(0, maxMisspelt);
}
