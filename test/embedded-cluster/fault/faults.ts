// Everything that tests can break, as it stands on both sides of the control endpoint.

/** Which pods, containers: all, unless named. */
export interface Target {
  readonly pod?: string;
  readonly container?: string;
}

export interface RefuseRule {
  /** Default: any. */
  readonly verb?: string;
  readonly resource?: string;
  /** '' is "none"; default: any. */
  readonly subresource?: string;
  readonly name?: string;
  readonly status: 401 | 403 | 404 | 409 | 422 | 429 | 500 | 502 | 503 | 504;
  readonly message?: string;
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
  /** Default 1. */
  readonly times?: number;
}

export interface PullRule {
  /** As pods name it, or in full. */
  readonly image: string;
  /**
   * What the registry says; the first four have the words of real ones. With a `reason` it is the kubelet that speaks, and
   * the container waits for that.
   */
  readonly failure?:
    | 'not-found'
    | 'denied'
    | 'too-many-requests'
    | 'unavailable'
    | { readonly message: string; readonly reason?: string };
  /** The pull is denied, unless one of the pod's pull secrets has these for the image's registry. */
  readonly requires?: { readonly username: string; readonly password: string };
  readonly delayMs?: number;
  /** Default: for ever. */
  readonly times?: number;
}

export interface CutRule extends Target {
  /** Default 'rst'. */
  readonly how?: 'fin' | 'rst';
  /** After so many bytes of output … */
  readonly outputBytes?: number;
  /** … or so many frames of stdin; neither: at once. */
  readonly stdinFrames?: number;
  /** How many execs; default 1. */
  readonly times?: number;
}

/** Each takes effect before its promise resolves. */
export interface Faults {
  /** Cuts the connections of running execs; their processes live on. Resolves to how many. */
  cutExecs(rule?: Omit<CutRule, 'times'>): Promise<number>;
  /** The same for execs to come. */
  cutNextExecs(rule?: CutRule): Promise<void>;
  /** Running execs neither read nor write any more and stay open, until thawed. */
  freezeExecs(options?: Target): Promise<number>;
  thawExecs(): Promise<number>;
  /** Running execs end with the status Success, and what they run goes on. */
  pretendSuccess(options?: Target): Promise<number>;
  refuse(rule: RefuseRule): Promise<void>;
  /** Creating pods is refused with `exceeded quota`. */
  exhaustQuota(options?: { readonly times?: number }): Promise<void>;
  /** Every running watch ends with 410, and every version up to now is too old. */
  expireWatches(): Promise<number>;
  /** Every running watch is cut without a word. */
  cutWatches(): Promise<number>;
  /** Pods created from now on find no node, until cleared. */
  keepPending(options?: { readonly message?: string }): Promise<void>;
  pulls(rule: PullRule): Promise<void>;
  /** The next pods lose spec.hostUsers on their way in, as on an API server that does not know the field. */
  dropHostUsers(options?: { readonly times?: number }): Promise<void>;
  /** The next pods get one more container, as from a webhook. */
  injectContainer(options: {
    readonly container: Readonly<Record<string, unknown>>;
    readonly times?: number;
  }): Promise<void>;
  evict(options: { readonly pod: string; readonly message?: string }): Promise<void>;
  /** As by a person with kubectl. */
  deletePod(options: { readonly pod: string; readonly gracePeriodSeconds?: number }): Promise<void>;
  /** The container is killed, 137 and OOMKilled. */
  oomKill(options: Required<Target>): Promise<void>;
  /** One process of the container is killed, as the kernel does it: the largest whose command line holds `command`. */
  oomKillProcess(
    options: Required<Target> & { readonly command?: string },
  ): Promise<{ readonly killed: string }>;
  /** Nobody hears of the pod any more: exec fails, running execs hang, a delete waits for ever unless it is forced. */
  loseNode(options: { readonly pod: string }): Promise<void>;
  preempt(options: { readonly pod: string }): Promise<void>;
  /** The old token is worth nothing any more; the kubeconfig and the token file get the new one, unless told not to. */
  rotateToken(options?: { readonly updateFiles?: boolean }): Promise<{ readonly token: string }>;
  /** Nobody listens at the API server's port for so long; execs and watches are cut. Resolves when it is away. */
  apiAway(options: { readonly ms: number }): Promise<void>;
  /** What the client may not do from now on; replaces what was denied before. */
  deny(options: {
    readonly denials: readonly {
      readonly verb: string;
      readonly resource: string;
      readonly subresource?: string;
    }[];
  }): Promise<void>;
  /** Takes back all rules: the next requests, pods, pulls and execs are served as usual. */
  clear(): Promise<void>;
}

/** All that the control endpoint can be asked. */
export interface Control extends Faults {
  importImage(options: { readonly archive: string; readonly name: string }): Promise<void>;
  /** The process namespace of a container: `pid:[…]`. */
  processNamespace(options: Required<Target>): Promise<string>;
}
