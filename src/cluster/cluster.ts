// What the stages ask of a Kubernetes cluster, in types only: src/cluster/kubernetes speaks to a real one,
// tests bring their own. All methods throw SystemFailure when the cluster refuses or cannot be reached.

/** A Kubernetes object as plain JSON, so that fields newer than our libraries pass through untouched. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The parts of a pod that we read. Everything else of the API server's answer is kept, untyped. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly hostUsers?: boolean;
    readonly nodeName?: string;
    readonly runtimeClassName?: string;
    readonly [field: string]: unknown;
  };
  readonly status?: PodStatus;
}

export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: readonly PodCondition[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly imageID?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: {
      readonly exitCode: number;
      readonly signal?: number;
      readonly reason?: string;
      readonly message?: string;
      readonly finishedAt?: string;
    };
  };
}

/** A PersistentVolumeClaim, as far as we read it. */
export interface Claim {
  readonly metadata: Pod['metadata'];
  readonly spec?: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } };
}

/** Why a claim was not made: another one has its name, or a ResourceQuota leaves no room (in the API server's words). */
export type ClaimRefusal =
  | { readonly refused: 'exists' }
  | { readonly refused: 'quota'; readonly message: string };

/** Labels and annotations to set; null takes one away. */
export interface ClaimChange {
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly annotations?: Readonly<Record<string, string | null>>;
}

/** An Event object about a pod (core/v1). */
export interface ClusterEvent {
  readonly uid: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Absent: it is about the whole pod. */
  readonly container?: string;
  readonly count?: number;
}

/** `gone`: the object was deleted. A watch that breaks is resumed by the cluster's own code; it ends by `signal` only. */
export type PodChange = { readonly kind: 'changed'; readonly pod: Pod } | { readonly kind: 'gone' };

/** Takes a chunk; a returned promise holds the stream back until it settles. The chunk is only valid until then. */
export type ByteSink = (chunk: Uint8Array) => Promise<void> | undefined;

export interface ExecOptions {
  readonly pod: string;
  readonly container: string;
  /** argv; it stands in the URL, so never a script, a value or a token. */
  readonly command: readonly string[];
  /**
   * Sent to the command's stdin, then end of file. Always requested, even when empty (Kata ends an exec without stdin). A source is
   * begun once the connection stands, and asked to return (a stream of Node: destroyed) when the exec ends first.
   */
  readonly stdin: Uint8Array | AsyncIterable<Uint8Array>;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
  /** Ends the connection, not the command: what runs in the container goes on. */
  readonly signal?: AbortSignal;
}

/**
 * How an exec connection ended; known only after every received byte went through its sink.
 * - `exited`: the status channel named this code. It alone proves nothing (a stopped container runtime yields 0).
 * - `refused`: no upgrade; HTTP status and the API server's words. 404 and 500 may pass.
 * - `incompatible`: what answered does not speak as an API server does: an upgrade to no protocol of ours, or no HTTP at all.
 * - `failed`: the status channel reported something that is not an exit code (InternalError …).
 * - `lost`: closed, reset, timed out or aborted without a status.
 */
export type ExecResult =
  | { readonly kind: 'exited'; readonly code: number }
  | {
      readonly kind: 'refused';
      readonly httpStatus: number;
      readonly reason: string;
      readonly message: string;
    }
  | { readonly kind: 'incompatible'; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

export interface AccessQuestion {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
}

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly gitVersion: string;
}

/** A Node, as far as it decides what may run there. */
export interface ClusterNode {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly conditions?: readonly PodCondition[];
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly nodeInfo?: {
      readonly operatingSystem: string;
      readonly architecture: string;
      readonly kernelVersion: string;
      /** `containerd://2.0.4` */
      readonly containerRuntimeVersion: string;
      readonly kubeletVersion: string;
    };
    /** By RuntimeClass handler; the one without a name is for all other pods. */
    readonly runtimeHandlers?: readonly {
      readonly name?: string;
      readonly features?: { readonly userNamespaces?: boolean };
    }[];
  };
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export interface ResourceQuota {
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly scopes?: readonly string[];
    readonly scopeSelector?: {
      readonly matchExpressions?: readonly {
        readonly scopeName: string;
        readonly operator: string;
        readonly values?: readonly string[];
      }[];
    };
  };
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

export interface LimitRange {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly limits: readonly {
      readonly type: string;
      readonly min?: Readonly<Record<string, string>>;
      readonly max?: Readonly<Record<string, string>>;
    }[];
  };
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface Cluster {
  readonly namespace: string;
  serverVersion(options?: CallOptions): Promise<ServerVersion>;
  /** Names of the API groups that the server knows. */
  apiGroups(options?: CallOptions): Promise<readonly string[]>;
  /** `dryRun`: admission and defaulting only, nothing is made. */
  createPod(manifest: Manifest, options?: CallOptions & { readonly dryRun?: boolean }): Promise<Pod>;
  /** null: there is no such pod. */
  getPod(name: string, options?: CallOptions): Promise<Pod | null>;
  listPods(labelSelector: string, options?: CallOptions): Promise<readonly Pod[]>;
  /** Starts with the pod as it is; reconnects by itself, relists on 410. */
  watchPod(name: string, options: CallOptions): AsyncIterable<PodChange>;
  /** Events about the pod with this uid, old ones first, each once; ends by `signal`. */
  watchEvents(
    pod: { readonly name: string; readonly uid: string },
    options: CallOptions,
  ): AsyncIterable<ClusterEvent>;
  /** Does not wait for the end of the pod. Gone already, or another uid under this name, is `not-found`: nothing was touched. */
  deletePod(
    pod: { readonly name: string; readonly uid: string },
    options?: CallOptions & { readonly gracePeriodSeconds?: number },
  ): Promise<'deleting' | 'not-found'>;
  createSecret(
    manifest: Manifest,
    options?: CallOptions,
  ): Promise<{ readonly name: string; readonly uid: string }>;
  listSecrets(
    labelSelector: string,
    options?: CallOptions,
  ): Promise<
    readonly {
      readonly name: string;
      readonly uid: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly creationTimestamp?: string;
      /** Its owner's uid; the cluster removes the secret with that object. */
      readonly ownerUid?: string;
    }[]
  >;
  /** The text of a Secret with registry credentials (kubernetes.io/dockerconfigjson); null: there is none of that name and type. */
  readPullSecret(name: string, options?: CallOptions): Promise<string | null>;
  deleteSecret(
    secret: { readonly name: string; readonly uid?: string },
    options?: CallOptions,
  ): Promise<'deleting' | 'not-found'>;
  /** Makes the pod the secret's owner: the cluster then removes the secret with it. */
  adoptSecret(
    secret: { readonly name: string; readonly uid: string },
    owner: { readonly name: string; readonly uid: string },
    options?: CallOptions,
  ): Promise<void>;
  createClaim(manifest: Manifest, options?: CallOptions): Promise<Claim | ClaimRefusal>;
  listClaims(labelSelector: string, options?: CallOptions): Promise<readonly Claim[]>;
  /** Changes the claim as it was read. null: somebody changed or deleted it since; nothing was touched. */
  changeClaim(claim: Claim, change: ClaimChange, options?: CallOptions): Promise<Claim | null>;
  /** Deletes the claim as it was read, with what is on its volume (by the volume's reclaim policy). */
  deleteClaim(claim: Claim, options?: CallOptions): Promise<'deleting' | 'not-found' | 'changed'>;
  /** The last lines of a container's log; empty when there is none (yet). */
  readLog(
    container: { readonly pod: string; readonly container: string },
    options: CallOptions & { readonly tailLines: number },
  ): Promise<string>;
  /** Never rejects for a broken connection: how it ended is the value. */
  exec(options: ExecOptions): Promise<ExecResult>;
  /** The first 500 of the cluster. A runner needs none of these three rights: only doctor asks. */
  listNodes(options?: CallOptions): Promise<readonly ClusterNode[]>;
  listResourceQuotas(options?: CallOptions): Promise<readonly ResourceQuota[]>;
  listLimitRanges(options?: CallOptions): Promise<readonly LimitRange[]>;
  /** SelfSubjectAccessReview in `namespace`. */
  isAllowed(question: AccessQuestion, options?: CallOptions): Promise<boolean>;
  /** Closes idle connections; the process can end. */
  close(): void;
}

/** Where short-lived credentials wait for the further processes of an attempt; readable by the runner's user alone. Never rejects. */
export interface CredentialStore {
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Where the API server is and how to authenticate, as it may be written to the attempt state: it names files and credential
 * plugins, and never holds a token or a private key that can be read again from where it came.
 */
export interface Connection {
  readonly server: string;
  readonly namespace: string;
  readonly tlsServerName?: string;
  readonly skipTlsVerify?: boolean;
  /** PEM of the certificate authorities (public), inline or as a file. */
  readonly certificateAuthority?: { readonly pem: string } | { readonly file: string };
  /** `proxy-url` of a kubeconfig's cluster: as it is, or where it stands if it holds a password. Absent: the environment may name one. */
  readonly proxy?: { readonly url: string } | { readonly file: string; readonly cluster: string };
  readonly credentials:
    | { readonly kind: 'none' }
    | { readonly kind: 'token-file'; readonly file: string }
    | { readonly kind: 'certificate-files'; readonly certificate: string; readonly key: string }
    /** Inline token, key or credential plugin: read again from the kubeconfig by each process. */
    | {
        readonly kind: 'kubeconfig';
        readonly file: string;
        readonly user: string;
        /** For a plugin that gets to know the cluster (provideClusterInfo): the entry that says more of it, perhaps in another file. */
        readonly cluster?: { readonly file: string; readonly name: string };
      };
}
