// The names that a pod's hosts file can hold. Source: Kubernetes, RFC 1123 subdomain.

export const maxHostNameLength = 253;

/** Every pod has this one already: itself. */
export const ownHostName = 'localhost';

const hostName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Whether something else than the pod itself can have this name in it. */
export const isHostName = (name: string): boolean =>
  name.length <= maxHostNameLength && hostName.test(name) && name !== ownHostName;
