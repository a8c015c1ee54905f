// Names inside the pod; src/stage and people find things by them.

export const buildContainer = 'build';
export const helperContainer = 'helper';
export const initWorkspace = 'init-workspace';
export const initUserNamespace = 'init-user-namespace';

export const serviceContainer = (index: number): string => `svc-${index}`;

/** The job's registry credentials, as a Secret that lives as long as its pod. */
export const pullSecretName = (podName: string): string => `${podName}-pull`;

/** The job's variables for all of its services, likewise. */
export const sharedSecretName = (podName: string): string => `${podName}-services`;

/** The services' own variables, likewise. */
export const ownSecretName = (podName: string): string => `${podName}-services-own`;

/** `random`: 8 characters of base32, new for every attempt, so that a late delete never hits the next attempt's pod. */
export const podName = (jobId: number, random: string): string => `job-${jobId}-${random}`;
