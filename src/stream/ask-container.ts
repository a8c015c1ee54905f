// One short question to a container, answered by a program of ours over exec. What comes back is bounded in bytes and in time, and the
// status channel alone proves nothing: a container runtime that was stopped yields 0, and a job may end or replace our program.
import type { ByteSink, Cluster, ExecResult } from '../cluster/cluster.ts';
import type { JobContainer } from '../layout/container-names.ts';
import { listenForLines } from './listen-for-lines.ts';

export interface ContainerQuestion {
  readonly cluster: Pick<Cluster, 'exec'>;
  readonly pod: { readonly name: string };
  readonly container: JobContainer;
  /** Of src/in-container/commands.ts; stands in a URL, so it is short, and holds no secret. */
  readonly command: readonly string[];
  /** How much of what it prints is kept as `text`; 0 for an answer that `onData` takes as it comes. */
  readonly maxBytes: number;
  /** Takes all that is printed; as long as it has not settled, the container waits. */
  readonly onData?: ByteSink;
  /** Takes each line of stderr, where our programs say how far they are. */
  readonly onLine?: (line: string) => void;
  /** The last line that the program prints, and it ends by itself after it: without both an answer may be half of one. */
  readonly proof?: string;
  /** From the request to the end; a container that never answers must not take more. */
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
}

export interface ContainerAnswer {
  /** What was printed, byte by byte, cut off at `maxBytes`. */
  readonly text: string;
  readonly end: ExecResult;
  /** The program said its last word and ended by itself. */
  readonly isProven: boolean;
}

/** Never rejects for a broken connection: how it ended is in the answer. */
export async function askContainer(question: ContainerQuestion): Promise<ContainerAnswer> {
  const { cluster, pod, container, command, maxBytes, onData, onLine, proof, milliseconds, signal } =
    question;
  const limit = AbortSignal.timeout(Math.ceil(milliseconds));
  let text = '';
  const end = await cluster.exec({
    pod: pod.name,
    container,
    command,
    stdin: new Uint8Array(),
    stdout: (chunk) => {
      text = (text + Buffer.from(chunk).toString('latin1')).slice(0, maxBytes);
      return onData?.(chunk);
    },
    stderr: onLine ? listenForLines(onLine) : () => undefined,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
  const isProven = proof !== undefined && end.kind === 'exited' && text.endsWith(`${proof}\n`);
  return { text, end, isProven };
}
