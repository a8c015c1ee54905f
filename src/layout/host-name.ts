// The names that a pod's hosts file can hold. Source: Kubernetes, RFC 1123 subdomain.

export const maxHostNameLength = 253;

/** Every pod has this one already: itself. */
export const ownHostName = 'localhost';

const labels = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** RFC 1123, as Kubernetes names objects. */
export const isDnsSubdomain = (name: string): boolean =>
  name.length <= maxHostNameLength && labels.test(name);

/** Whether something else than the pod itself can have this name in it. */
export const isHostName = (name: string): boolean => isDnsSubdomain(name) && name !== ownHostName;
