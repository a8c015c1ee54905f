// A service of the job as a plain container: no volume of ours, the workspace to read at most, and an end of it does not end the pod.
import type { AdmittedService } from '../../admission/admitted-job.ts';
import { serviceContainer as nameOf } from '../../layout/container-names.ts';
import { maxPort } from '../../layout/ids.ts';
import type { Container } from '../manifest.ts';
import type { PodParts } from '../pod-parts.ts';
import { imageToRun } from './image-to-run.ts';
import { escapeExpansion } from './kubelet-expansion.ts';
import { imagePullPolicy } from './pull-policy.ts';
import { serviceEnvironment } from './service-environment.ts';
import { temporaryMount } from './temporary-directory.ts';
import { seenWorkspace } from './workspace.ts';

/** GitLab's way to say where a service listens. */
const portVariable = 'HEALTHCHECK_TCP_PORT';

export function makeServiceContainer(service: AdmittedService, parts: PodParts): Container {
  const { policy, contextOf, pullAttempts, digests, claim } = parts;
  const name = nameOf(service.index);
  const volumeMounts = [
    ...seenWorkspace(claim, policy.service_workspace),
    ...temporaryMount(name, contextOf(name)),
  ];
  return {
    name,
    image: imageToRun(service.image, digests),
    ...imagePullPolicy(service, pullAttempts[name]),
    ...programOf(service),
    ...serviceEnvironment(service, parts),
    ...readinessOf(service),
    resources: policy.resources.service,
    ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
  };
}

/** The TCP port that the author asks us to wait for; null: none, or not a port. */
export function readinessPort({ variables }: Pick<AdmittedService, 'variables'>): number | null {
  const value = variables.find(({ key }) => key === portVariable)?.value ?? '';
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  return port >= 1 && port <= maxPort ? port : null;
}

/** `entrypoint: [""]` empties the image's entrypoint, as in Docker; then the command stands alone. */
function programOf({ entrypoint, command }: AdmittedService): { command?: string[]; args?: string[] } {
  const args = command?.map(escapeExpansion) ?? [];
  if (entrypoint === null) return args.length > 0 ? { args } : {};
  const program = entrypoint.filter((word, index) => index > 0 || word !== '').map(escapeExpansion);
  if (program.length === 0) return args.length > 0 ? { command: args } : {};
  return { command: program, ...(args.length > 0 ? { args } : {}) };
}

/** No failure threshold to speak of: how long a service is waited for is the executor's decision. */
function readinessOf(service: AdmittedService): { readinessProbe?: unknown } {
  const port = readinessPort(service);
  if (port === null) return {};
  return { readinessProbe: { tcpSocket: { port }, periodSeconds: 1, timeoutSeconds: 1 } };
}
