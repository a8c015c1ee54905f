// The variables of the job's services: a database's image takes its password from there. They travel in Secrets of the pod, never in
// its manifest.
import { serviceSecrets } from '../../pod/containers/service-environment.ts';
import { type CreatedSecret, createJobSecret, type SecretInput } from './job-secret.ts';

/** None for a job without services, or with nothing to tell them. */
export function makeServiceSecrets(request: SecretInput): Promise<readonly CreatedSecret[]> {
  return Promise.all(
    serviceSecrets(request.admitted).map(({ nameOf, values }) => {
      // Not `stringData`: JSON makes six characters of some, and an API server takes 3 MiB.
      const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
      return createJobSecret(request, nameOf, { type: 'Opaque', data: Object.fromEntries(data) });
    }),
  );
}
