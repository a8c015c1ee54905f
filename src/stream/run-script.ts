// Runs one script in one container, to its true end: started once, followed over as many connections as it takes.
// A status alone is never believed: the API server reports Success for an exec whose container runtime was stopped.
import type { ByteSink, ExecResult } from '../cluster/cluster.ts';
import { BuildFailure } from '../outcome/build-failure.ts';
import { interrupted } from '../outcome/interrupted.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { formatSize } from '../text/format-size.ts';
import { attach } from './attach.ts';
import { explainFault } from './explain-fault.ts';
import { type Recovery, startRecovery } from './recovery.ts';
import type { ScriptRun } from './script-run.ts';
import { stopScript } from './stop-script.ts';
import { faultStatus, type SupervisorFault, type SupervisorMessages } from './supervisor-messages.ts';

/** A follower that lived for this long worked. */
const steadyMilliseconds = 5000;
/** Corrupted or cut uploads in a row before we say that this connection cannot carry the script. */
const maxUploads = 8;

export interface ScriptEnd {
  /** The script's own, 0–255. */
  readonly exitCode: number;
  /** Processes of the container that the kernel killed for memory meanwhile. A job can make it up, and deceives its own log only. */
  readonly oomKills: number;
}

/**
 * @throws BuildFailure the log was too long, or the container ran out of memory or disk by the job's doing
 * @throws SystemFailure the script was stopped by `signal`, or nobody can know how it ended
 */
export async function runScript(run: ScriptRun): Promise<ScriptEnd> {
  const progress = {
    written: run.delivered,
    begun: false,
    isFirst: true,
    uploads: 0,
    lastContact: performance.now(),
    warned: new Set<string>(),
  };
  const overrun = new AbortController();
  const signal = AbortSignal.any([run.signal, overrun.signal]);
  const log = countingLog(run, progress, overrun);
  const ended = AbortSignal.any([signal, run.died]);
  const recovery = recoverScript(run, progress, ended);
  for (;;) {
    run.died.throwIfAborted();
    if (signal.aborted) throw await stopped(run, progress, signal);
    const before = progress.written;
    const since = performance.now();
    const { end, messages } = await attach(run, progress, log, ended);
    progress.begun ||= messages.begun;
    progress.isFirst = false;
    warnOnce(run, progress.warned, messages.notes);
    const exitCode = provenCode(end, messages, progress.written);
    if (exitCode !== null) return { exitCode, oomKills: messages.oomKills };
    if (ended.aborted) continue;
    if (messages.fault) await handleFault(messages.fault, run, progress, recovery);
    if (progress.written > before || hasWorked(messages, end, performance.now() - since)) {
      progress.lastContact = performance.now();
      recovery.restart();
    }
    await recovery.next(end);
    run.reconnecting?.();
  }
}

/**
 * A silent script brings no byte for hours, so a connection that broke while it worked was a contact, and so was one that
 * held for a while and then ended falsely. One that ends falsely at once, again and again, is none.
 */
function hasWorked(messages: SupervisorMessages, end: ExecResult, milliseconds: number): boolean {
  return messages.begun && (end.kind === 'lost' || milliseconds > steadyMilliseconds);
}

interface Progress {
  written: number;
  begun: boolean;
  isFirst: boolean;
  uploads: number;
  lastContact: number;
  readonly warned: Set<string>;
}

function countingLog(run: ScriptRun, progress: Progress, overrun: AbortController): ByteSink {
  return async (chunk) => {
    const room = run.logLimit - progress.written;
    const kept = chunk.byteLength > room ? chunk.subarray(0, Math.max(room, 0)) : chunk;
    await run.log(kept);
    progress.written += kept.byteLength;
    if (kept.byteLength < chunk.byteLength) overrun.abort(logTooLong(run.logLimit));
  };
}

function logTooLong(limit: number): BuildFailure {
  return new BuildFailure('log-limit-exceeded', {
    what: `The script printed more than ${formatSize(limit)}, the most that this runner takes for one sub-stage, and was stopped.`,
    author:
      "Print less (send it to a file and keep that as an artifact), or ask the runner's operator to raise `log_limit`.",
  });
}

/** Status, end record and byte count must agree (more bytes may follow the script's end, from what it left behind). */
function provenCode(end: ExecResult, messages: SupervisorMessages, written: number): number | null {
  if (end.kind !== 'exited' || messages.end === null) return null;
  return end.code === messages.end.code && written >= messages.end.size ? end.code : null;
}

async function handleFault(
  fault: SupervisorFault,
  run: ScriptRun,
  progress: Progress,
  recovery: Recovery,
): Promise<void> {
  if (fault === 'upload') {
    progress.uploads += 1;
    if (progress.uploads < maxUploads) return;
  }
  const failure = explainFault(fault, run.container);
  throw fault === 'upload' || fault === 'shell' ? failure : ((await recovery.findDeath()) ?? failure);
}

function recoverScript(run: ScriptRun, progress: Progress, signal: AbortSignal): Recovery {
  const { cluster, pod, container, timeouts } = run;
  const lostSeconds = (): number => Math.round((performance.now() - progress.lastContact) / 1000);
  return startRecovery({
    ...{ cluster, pod, container, signal },
    isOver: () => lostSeconds() >= timeouts.reconnect,
    giveUp: async (end) => {
      const failure = connectionLost(end, lostSeconds());
      await stopScript(run, progress.written).catch(() => undefined);
      return failure;
    },
  });
}

function connectionLost(end: ExecResult, seconds: number): SystemFailure {
  return new SystemFailure('stream-lost', {
    what: `The connection to the script was lost and did not come back for ${seconds} s (\`timeouts.reconnect\`): ${lastMessages(end)}`,
    why: 'Nobody can know how the script ended, so the job is stopped.',
    author: 'Retry it.',
    operator: 'look at the API server and the node.',
  });
}

function lastMessages(end: ExecResult): string {
  switch (end.kind) {
    case 'exited':
      return end.code === faultStatus
        ? 'the follower in the container failed.'
        : `a status (${end.code}) came without the script's own end record.`;
    case 'refused':
      return `exec was refused with HTTP ${end.httpStatus} (${end.message}).`;
    case 'failed':
      return `${end.reason} (${end.message}).`;
    case 'lost':
    case 'incompatible':
      return `${end.message}.`;
  }
}

async function stopped(run: ScriptRun, progress: Progress, signal: AbortSignal): Promise<Error> {
  await stopScript(run, progress.written);
  const reason: unknown = signal.reason;
  if (reason instanceof BuildFailure || reason instanceof SystemFailure) return reason;
  return interrupted('the script');
}

const meanings: Readonly<Record<string, string>> = {
  'no-setsid': 'The image has no `setsid`: stopping this script also ends the connection that follows it.',
  'no-sha256sum': "The image has no `sha256sum`: the script's arrival is checked by its length alone.",
  'no-dd': 'The image has no `dd`: the connection was lost, and the log begins again from its first line.',
  survivors:
    'Something that the job left running could not be ended (it may belong to another user): it runs on beside the next script.',
};

function warnOnce(run: ScriptRun, warned: Set<string>, notes: ReadonlySet<string>): void {
  for (const note of notes) {
    const meaning = meanings[note];
    if (meaning === undefined || warned.has(note)) continue;
    warned.add(note);
    run.warn(meaning);
  }
}
