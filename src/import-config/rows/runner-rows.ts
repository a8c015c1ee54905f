// Keys of the file itself and of `[[runners]]`, most of which GitLab Runner goes on reading itself: their lines are copied.
import { isObject } from '../../security/field-values.ts';
import { shortList } from '../../text/short-list.ts';
import type { Section } from '../keys/known-keys.ts';
import { knownKeys } from '../keys/known-keys.ts';
import type { Row, Take } from './row.ts';

/** Written to `[runners.custom]`, in seconds. */
export const cleanupExecTimeout = 60;
export const gracefulKillTimeout = 60;
/** Longer than both together, or a runner that is stopped leaves pods behind. */
export const shutdownTimeout = 150;

export const isShutdownTooShort = (seconds: unknown): boolean =>
  Number(seconds) <= cleanupExecTimeout + gracefulKillTimeout;

const others = [
  'docker',
  'kubernetes',
  'ssh',
  'parallels',
  'virtualbox',
  'machine',
  'instance',
  'autoscaler',
  'custom',
];

const written: readonly Row[] = [
  {
    section: 'runners',
    keys: ['executor'],
    verdict: 'different',
    becomes: 'executor = "custom"',
    says: 'The executor is a custom one.',
  },
  {
    section: 'runners',
    keys: ['builds_dir', 'cache_dir'],
    verdict: 'different',
    becomes: '',
    says: 'The executor says where jobs are built; nothing of it is on the machine of the runner.',
  },
  {
    section: 'runners',
    keys: ['shell'],
    verdict: 'different',
    becomes: 'shell = "bash"',
    says: 'Scripts are written for bash; the executor finds bash, or else sh, in the image.',
  },
  {
    section: 'runners',
    keys: ['custom_build_dir', 'custom_build_dir.*'],
    verdict: 'different',
    becomes: '[runners.custom_build_dir] enabled = false',
    says: 'It is off: a job that moves its project moves it away from where the executor cleans up, so it would be refused.',
  },
  {
    section: 'runners',
    keys: ['custom', 'custom.*'],
    verdict: 'different',
    becomes: '[runners.custom]',
    says: 'A new section is written.',
  },
  {
    section: 'runners',
    keys: [
      'ssh',
      'parallels',
      'virtualbox',
      'machine',
      'instance',
      'autoscaler',
      'use_slot_cgroups',
      'slot_cgroup_template',
      'step_runner_image',
    ],
    verdict: 'none',
    becomes: '',
    says: "It concerns other executors, or virtual machines of the runner's own; jobs run in pods of the cluster.",
  },
  {
    section: 'global',
    keys: ['session_server'],
    verdict: 'none',
    becomes: '',
    says: 'GitLab Runner has no interactive terminal for custom executors.',
  },
  {
    section: 'global',
    keys: ['machine'],
    verdict: 'none',
    becomes: '',
    says: 'It concerns other executors.',
  },
];

const special = new Set(written.flatMap(({ section, keys }) => keys.map((key) => `${section}.${key}`)));

/** Whose lines are copied as they are. */
function copiedKeys(section: Section): string[] {
  return Object.keys(knownKeys[section]).filter(
    (key) => !key.includes('.') && !special.has(`${section}.${key}`) && !others.includes(key),
  );
}

/** Flags of GitLab's own executors for Kubernetes and Docker, by how they are named. */
const executorFlags = /^FF_\w*(?:KUBERNETES|DOCKER|_POD_|NETWORK_PER_BUILD)/;

/** They may stand in either key: `FF_NAME = true`, or "FF_NAME=true" in a list. */
function executorFlagsOf(key: string, value: unknown): string[] {
  if (key === 'feature_flags' && isObject(value))
    return Object.keys(value).filter((name) => executorFlags.test(name));
  if (key !== 'environment' || !Array.isArray(value)) return [];
  return value
    .flatMap((entry) => /^\w+(?==)/.exec(String(entry))?.[0] ?? [])
    .filter((name) => executorFlags.test(name));
}

const copied: Take = ({ key, value }) => {
  if (key === 'shutdown_timeout' && isShutdownTooShort(value))
    return {
      verdict: 'different',
      says: `${String(value)} s is not longer than \`graceful_kill_timeout\` and \`cleanup_exec_timeout\` together, so that a runner that is stopped would leave pods behind: ${shutdownTimeout} s is written.`,
    };
  const flags = executorFlagsOf(key, value);
  return flags.length === 0
    ? undefined
    : {
        verdict: 'different',
        says: `GitLab Runner reads it itself: copied. But ${shortList(flags)} only changed what GitLab's own executor did.`,
      };
};

const copies = (section: 'global' | 'runners'): Row => ({
  section,
  keys: copiedKeys(section).flatMap((key) => [key, `${key}.*`]),
  verdict: 'same',
  becomes: 'config.toml',
  says: 'GitLab Runner reads it itself: copied.',
  take: copied,
});

export const runnerRows: readonly Row[] = [copies('global'), copies('runners'), ...written];

export const isCopied = (section: 'global' | 'runners', key: string): boolean =>
  copiedKeys(section).includes(key);
