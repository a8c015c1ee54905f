// Pods as plain JSON, so that fields newer than any library pass through untouched.

/** A Kubernetes object, ready to be sent. */
export type PodManifest = Readonly<Record<string, unknown>>;

/** A container with at least the name by which everything else finds it. */
export type Container = Readonly<Record<string, unknown>> & { readonly name: string };

export type Volume = Readonly<Record<string, unknown>> & { readonly name: string };

export type VolumeMount = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly mountPath: string;
};

export type PodSpec = Readonly<Record<string, unknown>> & {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly Volume[];
};

export type PodTemplate = Readonly<Record<string, unknown>>;
