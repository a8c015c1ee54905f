// One connection to a script: starts it unless that is known to be done, and follows it for as long as the connection holds.
import { createHash } from 'node:crypto';
import type { ByteSink, ExecResult } from '../cluster/cluster.ts';
import { followScript, scriptOf, startScript, uploadOf } from '../in-container/commands.ts';
import type { ScriptRun } from './script-run.ts';
import { listenToSupervisor, type SupervisorMessages } from './supervisor-messages.ts';

/** From the request to `begun`: a container takes a second or two on a busy node. A job can stop the program that would say it. */
const begunMilliseconds = 60_000;
/** Bytes of script in a millisecond: a way to the container that is slower than this is none. */
const slowestUpload = 100;

/**
 * A script runs as long as it runs, so this has no deadline of its own from `begun` on: whoever gave the signal ends it.
 *
 * @returns how the connection ended, and what the program in the container said
 */
export async function attach(
  run: ScriptRun,
  progress: { readonly begun: boolean; readonly written: number; readonly isFirst: boolean },
  log: ByteSink,
  signal: AbortSignal,
): Promise<{ end: ExecResult; messages: SupervisorMessages }> {
  const { messages, onData } = listenToSupervisor();
  const script = progress.begun ? null : scriptOf(run.script, run.prologue);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), begunMilliseconds + (script?.byteLength ?? 0) / slowestUpload);
  try {
    const onMessages = (chunk: Uint8Array): undefined => {
      onData(chunk);
      if (messages.begun || messages.fault) clearTimeout(timer);
    };
    const either = AbortSignal.any([signal, late.signal]);
    const held = script && progress.isFirst && startHeld(run, script, { log, onMessages, signal: either });
    const upload = script && !held ? uploadOf(script) : null;
    const end = await (held ||
      run.cluster.exec({
        pod: run.pod.name,
        container: run.container,
        command: commandOf(run, progress.written, upload),
        stdin: upload ?? new Uint8Array(),
        stdout: log,
        stderr: onMessages,
        signal: either,
      }));
    const silence: ExecResult = { kind: 'lost', message: `the ${run.container} container does not answer` };
    return { end: late.signal.aborted ? silence : end, messages };
  } finally {
    clearTimeout(timer);
  }
}

/** A log that is delivered in part is followed by an exec alone. */
function startHeld(
  run: ScriptRun,
  script: Uint8Array,
  {
    log,
    onMessages,
    signal,
  }: { readonly log: ByteSink; readonly onMessages: ByteSink; readonly signal: AbortSignal },
): Promise<ExecResult> | null {
  if (!run.session || run.delivered > 0) return null;
  const { sessions, workspace } = run.session;
  const { cluster, pod, container, shell, directory, prologue } = run;
  const held = { cluster, pod, container, shell, directory, prologue, workspace, script };
  return sessions.start({ ...held, log, messages: onMessages, signal });
}

function commandOf(
  { shell, directory, environment, prologue }: ScriptRun,
  offset: number,
  upload: Uint8Array | null,
): string[] {
  if (!upload) return [...environment, ...followScript(shell, { directory, offset })];
  const sha256 = createHash('sha256').update(upload).digest('hex');
  const bytes = upload.byteLength;
  return [...environment, ...startScript(shell, { directory, offset, bytes, sha256, prologue })];
}
