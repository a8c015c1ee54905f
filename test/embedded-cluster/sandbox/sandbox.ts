// What the kubelet needs of a program that makes sandboxes. All ids are as the container sees them, unless named host….

export type SandboxKind = 'crun-root' | 'crun-subuid' | 'bubblewrap';

export interface Sandbox {
  readonly kind: SandboxKind;
  /** Whether a pod with `hostUsers: false` can show that it has a user namespace of its own (one line `0 H 65536`). */
  readonly provesUserNamespace: boolean;
  /** Why a container may use more memory than its limit; null: it may not. */
  readonly whyNoMemoryLimits: string | null;
  /** Once no pod is left. */
  close(): Promise<void>;
  createPod(plan: PodPlan): Promise<PodSandbox>;
}

export interface PodPlan {
  readonly id: string;
  /** The pod's own directory; everything of the sandbox goes below it. */
  readonly directory: string;
  readonly hostname: string;
  /** false: the ids inside are those of the node, as with `hostUsers: true`. */
  readonly ownUserNamespace: boolean;
}

export interface PodSandbox {
  /** A process in the pod's namespaces that lives as long as the pod. */
  readonly holderPid: number;
  /** Gives a file or directory of the server to an id inside the pod; links are not followed. */
  own(path: string, uid: number, gid: number): void;
  /** @throws StartFailure */
  start(plan: ContainerPlan): Promise<RunningContainer>;
  /** Ends everything at once. */
  remove(): Promise<void>;
}

export interface ContainerPlan {
  readonly id: string;
  /** Makes the container's root at a path that does not exist yet; the container may write it unless `readOnlyRoot`. */
  readonly makeRoot: (path: string) => Promise<void>;
  readonly readOnlyRoot: boolean;
  readonly mounts: readonly Mount[];
  readonly process: ProcessPlan;
  /** LinuxSeccomp of the OCI specification: a file of the node; `RuntimeDefault`: the runtime's own; null: no filter. */
  readonly seccomp: object | 'RuntimeDefault' | null;
  /** null: no limit. */
  readonly memoryLimitBytes: number | null;
  /** A `setsid` in the container, for its execs. */
  readonly setsid: string | null;
  readonly onOutput: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
}

/** A file or directory of the host at a place in the container. */
export interface Mount {
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
}

export interface ProcessPlan {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** With the CAP_ prefix. */
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: boolean;
  /** Whom the kernel kills first when memory runs out, −1000 … 1000; not below the server's own, unless it may. */
  readonly oomScoreAdj: number;
}

export interface RunningContainer {
  /** Process 1 of the container, as the server sees it. */
  readonly pid: number;
  readonly exited: Promise<number>;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** How many of its processes the kernel has killed for memory. */
  oomKills(): number;
  exec(plan: ProcessPlan): Promise<ExecProcess>;
}

/** A process in a running container. Nobody kills it when nobody reads: it blocks, as below a real kubelet. */
export interface ExecProcess {
  readonly stdin: ByteWriter;
  readonly stdout: ByteReader;
  readonly stderr: ByteReader;
  /** The exit code once the process has ended and its output is read to the end; StartFailure when it never ran. */
  readonly ended: Promise<number | StartFailure>;
  /** As soon as the process itself has ended, whoever holds its output. */
  readonly exited: Promise<void>;
}

export interface ByteWriter {
  /** Resolves when the chunk is in the pipe; never when nobody reads. */
  write(chunk: Uint8Array): Promise<void>;
  end(): void;
  /** Chunks that are not in the pipe yet. */
  readonly pending: () => number;
}

export interface ByteReader {
  onData(listener: (chunk: Buffer) => void): void;
  pause(): void;
  resume(): void;
}

/** The process could not be started: nothing of it ran. The message is the runtime's. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
