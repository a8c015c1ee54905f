// What the stages to come know of a job's services.
import type { AdmittedJob } from '../../admission/admitted-job.ts';
import { serviceContainer } from '../../layout/container-names.ts';
import { readinessPort } from '../../pod/containers/service-container.ts';
import type { ServiceState } from '../attempt-state.ts';

export function serviceStates({ services }: Pick<AdmittedJob, 'services'>): readonly ServiceState[] {
  return services.map(({ index, image, variables }) => ({
    container: serviceContainer(index),
    image: image.name,
    port: readinessPort({ variables }),
  }));
}
