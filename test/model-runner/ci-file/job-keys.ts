// The keys of a CI file: what is played, what changes nothing for an executor, and what the model cannot do and says so.
import { isSettings, listOf, type Settings, textOf } from './settings.ts';

/** Of the whole file; any other map is a job, or a hidden one. */
const globalKeys = [
  ...['default', 'stages', 'variables', 'workflow', 'spec'],
  ...['image', 'services', 'before_script', 'after_script', 'cache'],
];

/** What a job takes over from `default`, where it says nothing itself. */
export const inheritedKeys: readonly string[] = [
  ...['image', 'services', 'before_script', 'after_script', 'cache', 'artifacts', 'timeout', 'hooks'],
  ...['retry', 'tags', 'interruptible', 'id_tokens', 'identity'],
];

const playedKeys: readonly string[] = [
  ...['stage', 'image', 'services', 'variables', 'before_script', 'script', 'after_script', 'hooks'],
  ...['artifacts', 'cache', 'dependencies', 'needs', 'timeout', 'allow_failure', 'retry', 'when'],
  ...['rules', 'only', 'except', 'parallel', 'inherit', 'environment', 'coverage', 'release'],
  ...['pages', 'publish', 'id_tokens'],
];

/** Could be left out of a run without its meaning changing for the executor. */
const ignoredKeys = ['tags', 'interruptible', 'resource_group', 'manual_confirmation'];

/** GitLab has them, the model has not. */
const refusedKeys = ['trigger', 'secrets', 'identity', 'run', 'inputs', 'start_in', 'dast_configuration'];

export function listJobs(file: Settings): readonly string[] {
  return Object.entries(file)
    .filter(([name, value]) => isSettings(value) && !name.startsWith('.') && !globalKeys.includes(name))
    .map(([name]) => name);
}

/** Why the model cannot run a job, a line for each reason. */
export function faultsOf(name: string, job: Settings): readonly string[] {
  const faults = Object.keys(job).flatMap((key) => {
    if (refusedKeys.includes(key)) return [`${key} is not supported`];
    return playedKeys.includes(key) || ignoredKeys.includes(key) ? [] : [`${key} is no key of a job`];
  });
  if (job['script'] === undefined && !refusedKeys.some((key) => key in job)) faults.push('has no script');
  if (job['when'] === 'delayed') faults.push('when: delayed is not supported');
  faults.push(...listOf(job['needs']).flatMap(needFaults), ...imageFaults('image', job['image']));
  faults.push(...listOf(job['services']).flatMap((service) => imageFaults('services', service)));
  return faults.map((fault) => `${name}: ${fault}`);
}

function needFaults(need: unknown): readonly string[] {
  if (!isSettings(need)) return [];
  const foreign = ['project', 'pipeline'].filter((key) => key in need);
  const isTemplate = JSON.stringify(need).includes('$[[');
  return [
    ...foreign.map((key) => `needs:${key} is not supported`),
    ...(isTemplate ? ['$[[ matrix… ]] in needs is not supported'] : []),
  ];
}

/** GitLab takes lists alone. */
function imageFaults(where: string, image: unknown): readonly string[] {
  if (!isSettings(image)) return [];
  return ['entrypoint', 'command']
    .filter((key) => image[key] !== undefined && !Array.isArray(image[key]))
    .map((key) => `${where}:${key} should be an array of strings, not ${textOf(image[key])}`);
}
