// What the operator wrote, checked: readPolicy makes it, everything after it may rely on it. Keys keep GitLab's and Kubernetes' spelling.

export interface Policy {
  readonly cluster: { readonly namespace: string; readonly kubeconfig?: string; readonly context?: string };
  readonly default_image?: string;
  readonly helper_image?: string;
  /** Absent: every image. Empty: only the default image. */
  readonly allowed_images?: readonly AllowedPattern[];
  readonly allowed_services?: readonly AllowedPattern[];
  /** In order; later ones are fallbacks. Empty: the cluster's default. */
  readonly pull_policy: readonly PullPolicy[];
  /** Absent: those of `pull_policy`, or any when that is empty too. */
  readonly allowed_pull_policies?: readonly PullPolicy[];
  readonly image_matching: 'gitlab' | 'canonical';
  readonly rules: readonly PolicyRule[];
  readonly replacements: readonly Replacement[];
  readonly allowed_users?: readonly number[];
  readonly allowed_groups?: readonly number[];
  readonly rejection: {
    readonly help_url?: string;
    readonly message?: string;
    readonly contact?: string;
    readonly exit_code: number;
  };
  /** Pod and container fields mixed, as Kubernetes names them. */
  readonly default_security_context: SecurityFields;
  readonly enforced_security_context: SecurityFields;
  /** Bytes. */
  readonly log_limit: number;
  readonly user_namespaces: UserNamespaces;
  readonly resources: Readonly<Record<ContainerRole, ResourceRequirements>>;
  /** A PodTemplateSpec, as written. */
  readonly pod_template?: Readonly<Record<string, unknown>>;
  readonly timeouts: {
    /** Seconds until the pod must be ready. */
    readonly ready: number;
    /** Seconds a lost stream is looked for. */
    readonly reconnect: number;
    /** Seconds between TERM and KILL. */
    readonly stop_grace: number;
  };
  /** Seconds a service's port is waited for. */
  readonly service_readiness: { readonly timeout: number };
  /** Names of Secrets in `cluster.namespace`. */
  readonly image_pull_secrets: readonly string[];
  /** sha256 of the file's bytes, first 12 hex digits: stands in the rejection and on the help page. */
  readonly hash: string;
}

export interface AllowedPattern {
  readonly pattern: string;
  readonly because?: string;
}

export interface PolicyRule {
  readonly when: {
    /** Globs on the project's full path. */
    readonly projects?: readonly string[];
    readonly project_ids?: readonly number[];
    readonly namespace_ids?: readonly number[];
    readonly protected_ref?: boolean;
  };
  readonly allowed_images?: readonly AllowedPattern[];
  readonly allowed_services?: readonly AllowedPattern[];
  readonly allowed_pull_policies?: readonly PullPolicy[];
}

export interface Replacement {
  readonly pattern: string;
  readonly use: string;
  readonly because?: string;
}

/** GitLab's words for Kubernetes' IfNotPresent, Always, Never. */
export type PullPolicy = 'always' | 'if-not-present' | 'never';
export type SecurityFields = Readonly<Record<string, unknown>>;
export type ContainerRole = 'build' | 'helper' | 'service' | 'init';

/** `vm`: pods of these RuntimeClasses are in a virtual machine, which shows its own uid map; all others must prove theirs. */
export type UserNamespaces =
  | { readonly mode: 'required' }
  | { readonly mode: 'vm'; readonly runtime_classes: readonly string[] }
  | { readonly mode: 'unproven' };

export interface ResourceRequirements {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}
