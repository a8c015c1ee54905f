// A container's environment: the image's, the runtime's, then the pod's own, in order, each able to name those before it: `envFrom`
// first, whatever its keys are called, then `env` (Kubernetes, pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables).
import type { Image } from '../image/image.ts';
import type { Pod } from '../pod/pod.ts';
import type { Container, EnvFrom, EnvVar } from '../pod/pod-schema.ts';
import type { Store } from '../store/store.ts';
import { downwardField } from './downward-field.ts';
import { expand } from './expand.ts';
import { homeOf } from './image-user.ts';

/** The kubelet refuses to make the container; it tries again, in vain unless something changes. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
  readonly reason: string;

  constructor(message: string, reason = 'CreateContainerConfigError') {
    super(message);
    this.reason = reason;
  }
}

export interface Surroundings {
  readonly pod: Pod;
  readonly podIP: string;
  readonly image: Image;
  readonly store: Store;
}

/** The API server's, which every container is told, whatever `enableServiceLinks` says. Nothing answers there. */
const [serviceAddress, servicePort] = ['10.96.0.1', '443'];
const serviceVariables = new Map([
  ['KUBERNETES_SERVICE_HOST', serviceAddress],
  ['KUBERNETES_SERVICE_PORT', servicePort],
  ['KUBERNETES_SERVICE_PORT_HTTPS', servicePort],
  ['KUBERNETES_PORT', `tcp://${serviceAddress}:${servicePort}`],
  ['KUBERNETES_PORT_443_TCP', `tcp://${serviceAddress}:${servicePort}`],
  ['KUBERNETES_PORT_443_TCP_PROTO', 'tcp'],
  ['KUBERNETES_PORT_443_TCP_PORT', servicePort],
  ['KUBERNETES_PORT_443_TCP_ADDR', serviceAddress],
]);

type Entries = [name: string, value: string][];

/** @throws ContainerConfigError */
export function containerEnvironment(
  container: Container,
  uid: number,
  surroundings: Surroundings,
): Map<string, string> {
  const { pod, image } = surroundings;
  const variables = new Map<string, string>();
  for (const entry of image.config.env) {
    const at = entry.indexOf('=');
    variables.set(entry.slice(0, at), entry.slice(at + 1));
  }
  for (const [name, value] of serviceVariables) variables.set(name, value);
  variables.set('HOSTNAME', pod.spec.hostname ?? pod.metadata.name);
  // The runtime asks passwd only where nobody else has said it.
  if (!variables.has('HOME')) variables.set('HOME', homeOf(image, uid));
  for (const [name, value] of (container.envFrom ?? []).flatMap((each) => valuesOf(each, surroundings)))
    variables.set(name, value);
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, surroundings);
    if (value !== null) variables.set(variable.name, variable.valueFrom ? value : expand(value, variables));
  }
  return variables;
}

/** Every key of the object. */
function valuesOf({ prefix = '', secretRef, configMapRef }: EnvFrom, surroundings: Surroundings): Entries {
  const ref = secretRef ?? configMapRef;
  if (!ref) throw new ContainerConfigError('invalid: must specify one of: `configMapRef` or `secretRef`');
  const { pod, store } = surroundings;
  const { namespace = '' } = pod.metadata;
  const resource = secretRef ? 'secrets' : 'configmaps';
  const object = store.get({ resource, namespace, name: ref.name });
  if (!object && !ref.optional)
    throw new ContainerConfigError(`${secretRef ? 'secret' : 'configmap'} "${ref.name}" not found`);
  const entries = Object.entries((object?.['data'] ?? {}) as Record<string, string>);
  return entries.map(([key, value]) => [`${prefix}${key}`, secretRef ? decode(value) : value]);
}

/** null: optional, and not there. */
function variableValue({ value, valueFrom }: EnvVar, { pod, podIP, store }: Surroundings): string | null {
  if (!valueFrom) return value ?? '';
  if (valueFrom.fieldRef) {
    const { fieldPath } = valueFrom.fieldRef;
    const field = downwardField(fieldPath, pod, podIP);
    if (field === null) throw new ContainerConfigError(`unsupported fieldPath: ${fieldPath}`);
    return field;
  }
  const { namespace = '' } = pod.metadata;
  if (valueFrom.secretKeyRef) {
    const encoded = keyOf(
      { resource: 'secrets', kind: 'Secret', ref: valueFrom.secretKeyRef },
      namespace,
      store,
    );
    return encoded === null ? null : decode(encoded);
  }
  if (valueFrom.configMapKeyRef)
    return keyOf(
      { resource: 'configmaps', kind: 'ConfigMap', ref: valueFrom.configMapKeyRef },
      namespace,
      store,
    );
  throw new ContainerConfigError(
    'invalid: must specify one of: `fieldRef`, `configMapKeyRef` or `secretKeyRef`',
  );
}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

interface KeySource {
  readonly resource: string;
  readonly kind: string;
  readonly ref: { readonly name: string; readonly key: string; readonly optional?: boolean | undefined };
}

function keyOf({ resource, kind, ref }: KeySource, namespace: string, store: Store): string | null {
  const object = store.get({ resource, namespace, name: ref.name });
  const found = ((object?.['data'] ?? {}) as Record<string, string>)[ref.key];
  if (found !== undefined) return found;
  if (ref.optional) return null;
  throw new ContainerConfigError(
    object
      ? `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`
      : `${kind.toLowerCase()} "${ref.name}" not found`,
  );
}
