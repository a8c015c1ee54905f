// What the stages to come know of a job's services.
import { createHash } from 'node:crypto';
import type { AdmittedJob, AdmittedService } from '../../admission/admitted-job.ts';
import { serviceContainer } from '../../layout/container-names.ts';
import { readinessPort } from '../../pod/containers/service-container.ts';
import type { ServiceState } from '../attempt-state.ts';

/** For at most a dozen services of one job. */
const programDigits = 12;

export function serviceStates({ services }: Pick<AdmittedJob, 'services'>): readonly ServiceState[] {
  return services.map((service) => ({
    container: serviceContainer(service.index),
    image: service.image.name,
    port: readinessPort(service),
    ...programOf(service),
  }));
}

/** Enough to see that two services start the same; a command may hold what the state must not. */
function programOf({ entrypoint, command }: AdmittedService): { readonly program?: string } {
  const isOwn = (entrypoint?.length ?? 0) > 0 || (command?.length ?? 0) > 0;
  if (!isOwn) return {};
  const text = JSON.stringify([entrypoint, command]);
  return { program: createHash('sha256').update(text).digest('hex').slice(0, programDigits) };
}
