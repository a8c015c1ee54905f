// One connection to a script: starts it unless that is known to be done, and follows it for as long as the connection holds.
import { createHash } from 'node:crypto';
import type { ByteSink, ExecResult } from '../cluster/cluster.ts';
import type { ScriptRun } from './script-run.ts';
import { startAndFollow } from './supervisor.ts';
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
  progress: { readonly begun: boolean; readonly written: number },
  log: ByteSink,
  signal: AbortSignal,
): Promise<{ end: ExecResult; messages: SupervisorMessages }> {
  const { messages, onData } = listenToSupervisor();
  const script = progress.begun ? new Uint8Array() : wholeScript(run);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), begunMilliseconds + script.byteLength / slowestUpload);
  try {
    const end = await run.cluster.exec({
      pod: run.pod.name,
      container: run.container,
      command: commandOf(run, progress, script),
      stdin: script,
      stdout: log,
      stderr: (chunk) => {
        onData(chunk);
        if (messages.begun || messages.fault) clearTimeout(timer);
        return undefined;
      },
      signal: AbortSignal.any([signal, late.signal]),
    });
    const silence: ExecResult = { kind: 'lost', message: `the ${run.container} container does not answer` };
    return { end: late.signal.aborted ? silence : end, messages };
  } finally {
    clearTimeout(timer);
  }
}

function commandOf(
  run: ScriptRun,
  progress: { readonly begun: boolean; readonly written: number },
  script: Uint8Array,
): string[] {
  const hash = createHash('sha256').update(script).digest('hex');
  return [
    run.shell,
    '-c',
    `${run.preamble}\n${startAndFollow}`,
    'sh',
    progress.begun ? 'follow' : 'start',
    run.directory,
    `${script.byteLength}`,
    hash,
    `${progress.written}`,
  ];
}

/** What comes first travels with the script, in a subshell of its own: argv has little room, and is not for everybody's eyes. */
function wholeScript({ first, script }: ScriptRun): Uint8Array {
  return first ? Buffer.concat([Buffer.from(`(\n${first}\n) || exit\n`), script]) : script;
}
