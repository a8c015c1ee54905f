// What lets a job make namespaces within its own, by the step that was refused.
import type { Remedy } from '../doctor-finding.ts';

/** In the order in which one needs the other. */
export const nestingSteps = ['unshare', 'map', 'mount', 'overlay'] as const;
export type NestingStep = (typeof nestingSteps)[number];

/** Where buildah and podman keep images as root; config/policies/image-build.yaml has a volume there. */
export const storageDirectory = '/var/lib/containers';

/** @param label of AppArmor or SELinux; empty: neither */
export function remediesForNesting(
  step: NestingStep,
  { isRoot, label }: { readonly isRoot: boolean; readonly label: string },
): Remedy[] {
  if (!isRoot) return [beRoot];
  if (step === 'unshare') return [nameFilter];
  if (step === 'map') return [addCapabilities];
  if (step === 'overlay') return [giveVolume];
  // With a namespace made, its root may mount: what else forbids it is a module, or the filter.
  if (label.includes(':')) return [seLinux];
  return label !== '' && !label.startsWith('unconfined') ? [appArmor(label), nameFilter] : [nameFilter];
}

const beRoot: Remedy = {
  text: 'In the profile, let the job be root in its user namespace:',
  code: 'default_security_context:\n  build: {runAsUser: 0, runAsGroup: 0}\nenforced_security_context:\n  build: {runAsNonRoot: false}\n  helper: {runAsNonRoot: false}\n  init: {runAsNonRoot: false}',
};
const nameFilter: Remedy = {
  text: 'In the profile, name the filter for image builds, and lay it on the nodes (kubectl apply -k config/kubernetes/seccomp):',
  code: 'enforced_security_context:\n  build:\n    seccompProfile: {type: Localhost, localhostProfile: gitlab-pod-executor/image-build.json}',
};
const addCapabilities: Remedy = {
  text: 'In the profile, give the build container what Linux asks of who maps ids:',
  code: 'enforced_security_context:\n  build:\n    capabilities: {drop: [ALL], add: [SETFCAP, SETGID, SETUID]}',
};
const giveVolume: Remedy = {
  text: `In the profile, give the build container an emptyDir at ${storageDirectory}, on a file system that can be the upper layer of an overlay (ext4, xfs with ftype=1, tmpfs), as config/policies/image-build.yaml does.`,
};
const appArmor = (label: string): Remedy => ({
  text: `AppArmor is on this node (${label}), and its default forbids mounts. Load a profile that allows them on the nodes, and name it:`,
  code: 'enforced_security_context:\n  build:\n    appArmorProfile: {type: Localhost, localhostProfile: NAME}',
});
const seLinux: Remedy = {
  text: 'SELinux is on this node, and its type for containers forbids mounts. There is one for such tools:',
  code: 'enforced_security_context:\n  build:\n    seLinuxOptions: {type: container_engine_t}',
};
