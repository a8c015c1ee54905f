// The variables of the job's services: a database's image takes its password from there. They travel in Secrets of the pod, never in
// its manifest.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import { serviceSecrets } from '../pod/containers/service-environment.ts';
import { planSecret, type SecretManifest, type SecretOwner } from './plan-secret.ts';

/** None for a job without services, or with nothing to tell them. */
export function planServiceSecrets(owner: SecretOwner, admitted: AdmittedJob): SecretManifest[] {
  return serviceSecrets(admitted).map(({ nameOf, values }) =>
    planSecret(owner, nameOf, { type: 'Opaque', values }),
  );
}
