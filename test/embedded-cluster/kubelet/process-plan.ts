// From a container of a pod to the process that a runtime starts: argv, environment, ids, capabilities.
import type { Pod } from '../pod/pod.ts';
import type { Container } from '../pod/pod-schema.ts';
import type { ProcessPlan } from '../sandbox/sandbox.ts';
import { ContainerConfigError, containerEnvironment, type Surroundings } from './container-environment.ts';
import { expand } from './expand.ts';
import { imageUser } from './image-user.ts';
import { oomScoreAdj } from './quality-of-service.ts';

/** containerd's defaults for a container that says nothing. */
const defaultCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

/** @throws ContainerConfigError */
export function planProcess(container: Container, surroundings: Surroundings): ProcessPlan {
  const { pod, image } = surroundings;
  const { uid, gid } = userOf(container, surroundings);
  const variables = containerEnvironment(container, uid, surroundings);
  const words = (list: readonly string[] = []): string[] => list.map((word) => expand(word, variables));
  const command = words(container.command);
  const args = words(container.args);
  return {
    args:
      command.length > 0
        ? [...command, ...args]
        : [...image.config.entrypoint, ...(args.length > 0 ? args : image.config.command)],
    env: [...variables].map(([name, value]) => `${name}=${value}`),
    cwd: container.workingDir ?? image.config.workingDir,
    uid,
    gid,
    groups: groupsOf(pod, gid),
    capabilities: capabilitiesOf(container),
    oomScoreAdj: oomScoreAdj(pod.spec, container),
    noNewPrivileges: container.securityContext?.allowPrivilegeEscalation === false,
  };
}

function userOf(container: Container, { pod, image }: Surroundings): { uid: number; gid: number } {
  const context = { ...pod.spec.securityContext, ...container.securityContext };
  const ofImage = imageUser(image);
  const uid = context.runAsUser ?? ofImage.uid;
  // Who names a user and no group gets root's, whatever the image says.
  const gid = context.runAsGroup ?? (context.runAsUser === undefined ? ofImage.gid : 0);
  if (context.runAsNonRoot)
    refuseRoot(container, pod, context.runAsUser === undefined && ofImage.isNamed, uid);
  return { uid, gid };
}

function refuseRoot({ name }: Container, { metadata }: Pod, isNamed: boolean, uid: number): void {
  const where = `(pod: "${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid})", container: ${name})`;
  if (isNamed)
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user, cannot verify user is non-root ${where}`,
    );
  if (uid === 0)
    throw new ContainerConfigError(`container has runAsNonRoot and image will run as root ${where}`);
}

function groupsOf({ spec }: Pod, gid: number): number[] {
  const { fsGroup, supplementalGroups = [] } = spec.securityContext ?? {};
  return [...new Set([gid, ...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])])];
}

function capabilitiesOf({ securityContext }: Container): string[] {
  const { add = [], drop = [] } = securityContext?.capabilities ?? {};
  const plain = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');
  const dropped = new Set(drop.map(plain));
  const kept = dropped.has('ALL') ? [] : defaultCapabilities.filter((name) => !dropped.has(name));
  return [...new Set([...kept, ...add.map(plain)])].map((name) => `CAP_${name}`);
}
