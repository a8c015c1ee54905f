// What a caller says and gets.
import type { PodSecurityLevel } from '../../src/security/pod-security.ts';
import type { Denial } from './api/access-review.ts';
import type { ExecProtocol } from './api/exec-frames.ts';
import type { Faults } from './fault/faults.ts';
import type { StandIn } from './image/helper-image.ts';
import type { ImageVariant } from './image/image-variant.ts';
import type { Reachable } from './kubelet/reachable-ports.ts';
import type { SandboxKind } from './sandbox/sandbox.ts';

export interface ClusterOptions {
  /** Everything of the cluster goes below it. Default: a fresh temporary directory, removed by stop(). */
  readonly stateDir?: string;
  /** Default: in stateDir. Written with mode 0600. */
  readonly kubeconfigFile?: string;
  /** How the kubeconfig carries the token; default 'token' (inline). */
  readonly credentials?: 'token' | 'token-file';
  /** Default: the one of `conformance` in package.json, as `v1.36.3`. */
  readonly kubernetesVersion?: string;
  /** More names for images: `{'docker.io/library/debian:12': 'build'}`. */
  readonly aliases?: Readonly<Record<string, 'build' | 'helper' | 'busybox'>>;
  /** More images, by name: this machine's programs, with what another image's Dockerfile adds. */
  readonly imageVariants?: Readonly<Record<string, ImageVariant>>;
  /** Ports of this machine's loopback that pods reach, at their own 127.0.0.1. Nothing else is reachable. */
  readonly reachable?: readonly Reachable[];
  /** The namespace's Pod Security level; default: none is enforced. */
  readonly podSecurity?: PodSecurityLevel;
  /** A module with an exported function `admit(pod)`: returns the pod, changed or not, or throws ApiRefusal. */
  readonly admissionModule?: string;
  /**
   * hostUsers: false is not honoured: the field is dropped by the API server, or kept and ignored by the node.
   * Default: it is honoured.
   */
  readonly ignoresHostUsers?: 'drops-field' | 'keeps-field';
  /** What the client may not do. */
  readonly denials?: readonly Denial[];
  /** Default: both, v5 preferred. */
  readonly execProtocols?: readonly ExecProtocol[];
  /** Default: test/model-runner's stand-in for gitlab-runner, on the Node that runs this. */
  readonly standIn?: StandIn;
  /** Where the node keeps what `localhostProfile` names, instead of /var/lib/kubelet/seccomp. Default: it has no file. */
  readonly seccompDirectory?: string;
  /** First wait between two attempts to pull; default 1 s, where a kubelet has 10. */
  readonly pullBackOffMs?: number;
  /** Default: the best that works here. */
  readonly sandbox?: SandboxKind;
}

export interface EmbeddedCluster extends Images {
  /** https://127.0.0.1:PORT */
  readonly server: string;
  readonly token: string;
  /** Always holds the accepted token. */
  readonly tokenFile: string;
  readonly certificateAuthorityPem: string;
  readonly kubeconfigFile: string;
  readonly namespace: 'ci';
  readonly node: string;
  readonly stateDir: string;
  readonly sandbox: SandboxFacts;
  readonly faults: Faults;
  /** Makes a `docker save` or OCI archive known under a name. */
  importImage(archive: string, name: string): Promise<void>;
  /** Processes of a container as this machine sees them, process 1 first. */
  processes(pod: string, container: string): Promise<readonly HostProcess[]>;
  /** Ends every pod and removes everything; with `keepState`, stateDir stays. Safe to call twice. */
  stop(options?: { readonly keepState?: boolean }): Promise<void>;
  /** The server stops dead for so long, and goes on: connections stay open, new ones hang in their handshake, pods run on. */
  hang(options: { readonly ms: number }): Promise<void>;
  /** SIGKILL to the server, as by a crash; stop() afterwards still cleans up. */
  crash(): Promise<void>;
}

export interface Images {
  /** bash, git and the host's other programs. */
  readonly buildImage: string;
  readonly helperImage: string;
  /** null: no static busybox here (Debian: busybox-static). */
  readonly busyboxImage: string | null;
}

export interface SandboxFacts {
  readonly kind: SandboxKind;
  /** A pod with `hostUsers: false` shows one line `0 H 65536`, H a multiple of 65,536. */
  readonly provesUserNamespace: boolean;
  /** Why a container may use more memory than its limit; null: it may not. */
  readonly whyNoMemoryLimits: string | null;
}

export interface HostProcess {
  readonly pid: number;
  readonly command: string;
  /** On this machine. */
  readonly uid: number;
  /** The text of /proc/PID/uid_map, read from outside. */
  readonly uidMap: string;
}
