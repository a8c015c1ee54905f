// The host names under which a job reaches its services: GitLab's derivation from the image name, then the aliases.
// Source: GitLab Runner, helpers/container/services/services.go and executors/kubernetes/host_aliases.go.
import type { AdmittedService } from '../admission/admitted-job.ts';
import { isHostName } from '../layout/host-name.ts';

/** Each name once, in the order of the services. */
export function serviceHostNames(services: readonly AdmittedService[]): string[] {
  const names = services.flatMap((service) => [...derivedNames(service.image.name), ...service.aliases]);
  return [...new Set(names)].filter(isHostName);
}

/** `registry:5000/group/name:tag` is `registry__group__name` and `registry-group-name`; a port, tag and digest do not count. */
export function derivedNames(image: string): string[] {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const name = repository.replace(/^([^/]*?):\d+(?=\/|$)/, '$1');
  return [...new Set([name.replaceAll('/', '__'), name.replaceAll('/', '-')])];
}
