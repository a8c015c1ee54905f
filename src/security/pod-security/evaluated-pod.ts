// A pod as the Pod Security checks see it, and upstream's way to name its parts in a refusal.
import { isObject } from '../field-values.ts';

type Json = Readonly<Record<string, unknown>>;

export interface EvaluatedContainer {
  readonly name: string;
  readonly container: Json;
  /** Its securityContext; empty where it has none. */
  readonly context: Json;
}

export interface EvaluatedPod {
  readonly annotations: Json;
  readonly spec: Json;
  /** The pod's securityContext; empty where it has none. */
  readonly context: Json;
  /** Init, plain and ephemeral containers, in this order. */
  readonly containers: readonly EvaluatedContainer[];
}

export function evaluatedPod(pod: Json): EvaluatedPod {
  const spec = map(pod['spec']);
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    items(spec[list]).map((container) => ({
      name: String(container['name']),
      container,
      context: map(container['securityContext']),
    })),
  );
  const annotations = map(map(pod['metadata'])['annotations']);
  return { annotations, spec, context: map(spec['securityContext']), containers };
}

/** Kubernetes promises that such a pod's root is nobody on the node. */
export const hasUserNamespace = ({ spec }: EvaluatedPod): boolean => spec['hostUsers'] === false;

/** From policy version 1.25 on, checks of Linux-only fields pass Windows pods. */
export const isWindows = ({ spec }: EvaluatedPod): boolean => map(spec['os'])['name'] === 'windows';

/** Who set a forbidden value, and which values those were. */
export interface Setters {
  readonly pod: boolean;
  readonly containers: readonly string[];
  readonly values: readonly string[];
}

/** Asks the pod's and each container's security context; `badValues` answers with what is forbidden in one. */
export function findSetters(pod: EvaluatedPod, badValues: (context: Json) => readonly string[]): Setters {
  const ofPod = badValues(pod.context);
  const found = pod.containers.map(({ name, context }) => ({ name, bad: badValues(context) }));
  const values = [...ofPod, ...found.flatMap(({ bad }) => bad)];
  return {
    pod: ofPod.length > 0,
    containers: found.filter(({ bad }) => bad.length > 0).map(({ name }) => name),
    values: sorted(values),
  };
}

/** The containers with forbidden values, and these values. */
export function whoHas(
  containers: readonly EvaluatedContainer[],
  badValues: (container: EvaluatedContainer) => readonly string[],
): { names: string[]; values: string[] } {
  const found = containers.map((container) => ({ name: container.name, bad: badValues(container) }));
  const guilty = found.filter(({ bad }) => bad.length > 0);
  return { names: guilty.map(({ name }) => name), values: sorted(guilty.flatMap(({ bad }) => bad)) };
}

export const isSet = ({ pod, containers }: Setters): boolean => pod || containers.length > 0;

/** `pod and containers "a", "b"` */
export function nameSetters({ pod, containers }: Setters): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])].join(' and ');
}

/** `container "a"`, `containers "a", "b"` */
export const named = (containers: readonly string[]): string =>
  `${plural(containers, 'container', 'containers')} ${quoted(containers)}`;

export const plural = (things: readonly unknown[], one: string, many: string): string =>
  things.length === 1 ? one : many;

export const quoted = (text: readonly string[]): string => text.map((word) => `"${word}"`).join(', ');

export const sorted = (text: readonly string[]): string[] => [...new Set(text)].sort();

export const map = (value: unknown): Json => (isObject(value) ? value : {});

export const items = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Go's zero value and an absent field are the same to upstream. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
