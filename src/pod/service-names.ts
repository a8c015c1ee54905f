// The host names under which a job reaches its services: GitLab's derivation from the image name, then the aliases.
// Source: GitLab Runner, helpers/container/services/services.go and executors/kubernetes/host_aliases.go.
import type { AdmittedJob, AdmittedService } from '../admission/admitted-job.ts';

/** RFC 1123 subdomain: all that Kubernetes writes into a pod's hosts file. */
const hostName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const maxHostNameLength = 253;

/** Every pod has this one already. */
const taken = new Set(['localhost']);

export interface RefusedAlias {
  /** The image name of the service, as written. */
  readonly service: string;
  readonly alias: string;
}

/** Each name once, in the order of the services. */
export function serviceHostNames(services: readonly AdmittedService[]): string[] {
  const names = services.flatMap((service) => [...derivedNames(service.image.name), ...service.aliases]);
  return [...new Set(names)].filter(isHostName);
}

/** Aliases that the author wrote and no pod can have; empty in a job that can run. */
export function refusedAliases({ services }: Pick<AdmittedJob, 'services'>): RefusedAlias[] {
  return services.flatMap(({ image, aliases }) =>
    aliases.filter((alias) => !isHostName(alias)).map((alias) => ({ service: image.name, alias })),
  );
}

/** `registry:5000/group/name:tag` is `registry__group__name` and `registry-group-name`; a port, tag and digest do not count. */
export function derivedNames(image: string): string[] {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const name = repository.replace(/^([^/]*?):\d+(?=\/|$)/, '$1');
  return [...new Set([name.replaceAll('/', '__'), name.replaceAll('/', '-')])];
}

const isHostName = (name: string): boolean =>
  name.length <= maxHostNameLength && hostName.test(name) && !taken.has(name);
