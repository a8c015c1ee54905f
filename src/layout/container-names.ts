// The containers of a job's pod and the objects that go with it; people and programs find them by these names.

export const buildContainer = 'build';
export const helperContainer = 'helper';
export const initWorkspace = 'init-workspace';
export const initUserNamespace = 'init-user-namespace';

/** The two containers that run sub-stages. */
export type JobContainer = typeof buildContainer | typeof helperContainer;

const servicePrefix = 'svc-';

/** `index`: as in the job's `services`, from 0. */
export const serviceContainer = (index: number): string => `${servicePrefix}${index}`;

export const isServiceContainer = (name: string): boolean => serviceIndex(name) !== null;

/** The place of a service container in the job's `services`; null: no service container. */
export function serviceIndex(name: string): number | null {
  const digits = name.startsWith(servicePrefix) ? name.slice(servicePrefix.length) : '';
  return /^\d+$/.test(digits) ? Number(digits) : null;
}

/** As a job's author knows it: `services[0]`, or its name. */
export function containerLabel(name: string): string {
  const index = serviceIndex(name);
  return index === null ? name : `services[${index}]`;
}

/** The same within a sentence: `services[0]`, or `the build container`. */
export const describeContainer = (name: string): string =>
  isServiceContainer(name) ? containerLabel(name) : `the ${name} container`;

/** Whether a container is the executor's, and not an operator's own from `pod_template`. */
export const isExecutorContainer = (name: string): boolean =>
  [buildContainer, helperContainer, initWorkspace, initUserNamespace].includes(name) ||
  isServiceContainer(name);

/** The job's registry credentials, as a Secret that lives as long as its pod. */
export const pullSecretName = (podName: string): string => `${podName}-pull`;

/** The job's variables for all of its services, likewise. */
export const sharedSecretName = (podName: string): string => `${podName}-services`;

/** The services' own variables, likewise. */
export const ownSecretName = (podName: string): string => `${podName}-services-own`;

/** `random`: 8 characters of base32, new for every attempt, so that a late delete never hits the next attempt's pod. */
export const podName = (jobId: number, random: string): string => `job-${jobId}-${random}`;
