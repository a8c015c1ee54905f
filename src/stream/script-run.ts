// What running a script needs to know: where, what, how long, and who listens.
import type { ByteSink, Cluster } from '../cluster/cluster.ts';
import type { ScriptPrologue } from '../in-container/commands.ts';
import type { JobContainer } from '../layout/container-names.ts';
import type { HeldScript, ScriptSessions } from './sessions/script-sessions.ts';

export interface ScriptRun {
  readonly cluster: Cluster;
  readonly pod: { readonly name: string; readonly uid: string };
  readonly container: JobContainer;
  /** Absolute path of a shell in that container, found before user code could touch it. */
  readonly shell: string;
  /** What the command of each connection begins with: a program that gives its environment to the rest; empty: the container's. */
  readonly environment: readonly string[];
  /** Where the first try may go without an exec of its own. */
  readonly session?: Pick<HeldScript, 'workspace'> & { readonly sessions: ScriptSessions };
  /** Its output is in the log. */
  readonly prologue: ScriptPrologue | null;
  /** This sub-stage's own directory in the control volume; nobody may be able to guess its name. */
  readonly directory: string;
  readonly script: Uint8Array;
  /** Bytes of its output that are in the log already: another process followed it until then. */
  readonly delivered: number;
  /** Takes the script's output, in order, each byte once. */
  readonly log: ByteSink;
  /** Takes our own words about the run, a line without its end each. */
  readonly warn: (line: string) => void;
  /** Called before each new connection to a lost stream. */
  readonly reconnecting?: () => void;
  /** Seconds: how long a lost stream is looked for, and from TERM to KILL. */
  readonly timeouts: { readonly reconnect: number; readonly stopGrace: number };
  /** Bytes; a longer log stops the script. */
  readonly logLimit: number;
  /** Ends the script, drains its log; `reason` is thrown when it is a failure. */
  readonly signal: AbortSignal;
  /** Aborts when the pod is found dead, with the failure as its reason: nothing is left to stop. */
  readonly died: AbortSignal;
}
