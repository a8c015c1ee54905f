// What holds when the operator says nothing. Every value meets Pod Security "restricted".
import type { ContainerRole, ResourceRequirements, SecurityFields } from '../policy.ts';

/** An ordinary user whose group owns the job's volumes; changing their ownership once is enough. */
export const shippedDefaultContext: SecurityFields = {
  runAsUser: 1000,
  runAsGroup: 1000,
  fsGroup: 1000,
  fsGroupChangePolicy: 'OnRootMismatch',
};

/** Pod Security "restricted", whatever a job or the template wishes. */
export const shippedEnforcedContext: SecurityFields = {
  privileged: false,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

/** Small enough to be scheduled on a test cluster, with limits that an ordinary build does not meet. */
export const shippedResources: Readonly<Record<ContainerRole, Required<ResourceRequirements>>> = {
  build: {
    requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
    limits: { cpu: '2', memory: '4Gi', 'ephemeral-storage': '10Gi' },
  },
  // git and the packing of artifacts need memory in the measure of the repository.
  helper: {
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '256Mi' },
    limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '5Gi' },
  },
  service: {
    requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
    limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '2Gi' },
  },
  // It makes a directory. A shell alone needs about 5 MiB, and some runtimes refuse to start with less than 12.
  init: {
    requests: { cpu: '5m', memory: '16Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '100m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
  },
};

/** Seconds. A slow pull fits into `ready`; GitLab's own default for it is 3 minutes, and too short for large images. */
export const shippedTimeouts = { ready: 600, reconnect: 300, stop_grace: 10 } as const;

/** As GitLab's wait_for_services_timeout. */
export const shippedServiceReadiness = { timeout: 30 } as const;

/** 256 MiB: GitLab keeps 4 MiB of a job's log by default, and what is printed has to fit on the node until it was read. */
export const shippedLogLimit = 256 * 1024 ** 2;
