// From a container of a pod to the process that a runtime starts: argv, environment, ids, capabilities.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../image/image.ts';
import type { Container, EnvVar, Pod } from '../pod/pod.ts';
import type { ProcessPlan } from '../sandbox/sandbox.ts';
import type { Store } from '../store/store.ts';
import { expand } from './expand.ts';
import { nodeAddress } from './pod-status.ts';

/** The kubelet refuses to make the container; it tries again, in vain unless something changes. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

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

export interface Surroundings {
  readonly pod: Pod;
  readonly podIP: string;
  readonly image: Image;
  readonly store: Store;
}

/** @throws ContainerConfigError */
export function planProcess(container: Container, surroundings: Surroundings): ProcessPlan {
  const { pod, image } = surroundings;
  const { uid, gid } = userOf(container, surroundings);
  const variables = environment(container, surroundings, uid);
  const words = (list: readonly string[] | undefined): string[] | undefined =>
    list?.map((word) => expand(word, variables));
  const command = words(container.command);
  const args = words(container.args);
  return {
    args: command?.length
      ? [...command, ...(args ?? [])]
      : [...image.config.entrypoint, ...(args?.length ? args : image.config.command)],
    env: [...variables].map(([name, value]) => `${name}=${value}`),
    cwd: container.workingDir ?? (image.config.workingDir || '/'),
    uid,
    gid,
    groups: groupsOf(pod, gid),
    capabilities: capabilitiesOf(container),
    noNewPrivileges: container.securityContext?.allowPrivilegeEscalation === false,
  };
}

function userOf(container: Container, { pod, image }: Surroundings): { uid: number; gid: number } {
  const own = container.securityContext;
  const shared = pod.spec.securityContext;
  const [imageUid, imageGid] = imageUser(image);
  const uid = own?.runAsUser ?? shared?.runAsUser ?? imageUid;
  const gid = own?.runAsGroup ?? shared?.runAsGroup ?? ((own?.runAsUser ?? shared?.runAsUser) ? 0 : imageGid);
  if ((own?.runAsNonRoot ?? shared?.runAsNonRoot) && uid === 0) {
    const { name, namespace = '', uid: podUid } = pod.metadata;
    throw new ContainerConfigError(
      `container has runAsNonRoot and image will run as root (pod: "${name}_${namespace}(${podUid})", container: ${container.name})`,
    );
  }
  return { uid, gid };
}

/** Names need the image's passwd; images here have none that matter. */
function imageUser(image: Image): [number, number] {
  const [user = '', group = ''] = image.config.user.split(':');
  return [Number(user) || 0, Number(group) || 0];
}

function groupsOf(pod: Pod, gid: number): number[] {
  const { fsGroup, supplementalGroups } = pod.spec.securityContext ?? {};
  const groups = [gid, ...(supplementalGroups ?? []), ...(fsGroup === undefined ? [] : [fsGroup])];
  return [...new Set(groups)];
}

function capabilitiesOf(container: Container): string[] {
  const { add = [], drop = [] } = container.securityContext?.capabilities ?? {};
  const plain = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');
  const dropped = new Set(drop.map(plain));
  const kept = dropped.has('ALL') ? [] : defaultCapabilities.filter((name) => !dropped.has(name));
  return [...new Set([...kept, ...add.map(plain)])].map((name) => `CAP_${name}`);
}

function environment(container: Container, surroundings: Surroundings, uid: number): Map<string, string> {
  const { pod, image } = surroundings;
  const variables = new Map<string, string>();
  for (const entry of image.config.env) {
    const at = entry.indexOf('=');
    variables.set(entry.slice(0, at), entry.slice(at + 1));
  }
  variables.set('HOSTNAME', pod.spec.hostname ?? pod.metadata.name);
  variables.set('HOME', homeOf(image, uid));
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, surroundings);
    if (value !== null) variables.set(variable.name, variable.valueFrom ? value : expand(value, variables));
  }
  return variables;
}

/** As the runtime sets it: from the image's passwd, else the root directory. */
function homeOf({ tree }: Image, uid: number): string {
  const passwd = readIfThere(join(tree, 'etc/passwd'));
  const entry = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , id]) => id === String(uid));
  return entry?.[5] ?? '/';
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** null: optional, and not there. */
function variableValue({ value, valueFrom }: EnvVar, surroundings: Surroundings): string | null {
  if (!valueFrom) return value ?? '';
  if (valueFrom.fieldRef) return readField(valueFrom.fieldRef.fieldPath, surroundings);
  const [resource, ref] = valueFrom.secretKeyRef
    ? (['secrets', valueFrom.secretKeyRef] as const)
    : (['configmaps', valueFrom.configMapKeyRef] as const);
  if (!ref) throw new ContainerConfigError('unsupported valueFrom');
  const { namespace = '' } = surroundings.pod.metadata;
  const object = surroundings.store.get({ resource, namespace, name: ref.name });
  const kind = resource.slice(0, -1);
  if (!object && !ref.optional) throw new ContainerConfigError(`${kind} "${ref.name}" not found`);
  const data = (object?.['data'] ?? {}) as Record<string, string>;
  const found = data[ref.key];
  if (found === undefined && !ref.optional)
    throw new ContainerConfigError(
      `couldn't find key ${ref.key} in ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${namespace}/${ref.name}`,
    );
  if (found === undefined) return null;
  return kind === 'secret' ? Buffer.from(found, 'base64').toString('utf8') : found;
}

/** The fields that the downward API has. @throws ContainerConfigError for all others */
export function readField(path: string, { pod, podIP }: Pick<Surroundings, 'pod' | 'podIP'>): string {
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (keyed) return pod.metadata[keyed[1] === 'labels' ? 'labels' : 'annotations']?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return lines(pod.metadata.labels);
    case 'metadata.annotations':
      return lines(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? 'default';
    case 'status.podIP':
      return podIP;
    case 'status.hostIP':
      return nodeAddress;
    default:
      throw new ContainerConfigError(`unsupported fieldPath: ${path}`);
  }
}

const lines = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
