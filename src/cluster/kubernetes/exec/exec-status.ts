// The last word of an exec: a Status object on channel 3. Read strictly, as client-go does (tools/remotecommand/v4.go): what is
// not exactly an exit code is none.
import type { ExecResult } from '../../cluster.ts';

type StatusEnd = Extract<ExecResult, { kind: 'exited' | 'failed' }>;

/** A status has some hundred bytes; more is not one. */
const maxStatusBytes = 64 * 1024;
/** Of something that is no status, for people. */
const shownCharacters = 200;

export interface StatusChannel {
  onData(bytes: Uint8Array): undefined;
  /** Whether a whole status has arrived. */
  isComplete(): boolean;
  /** null: nothing has arrived on this channel. */
  end(): StatusEnd | null;
}

/** A status may come in several frames. */
export function openStatusChannel(): StatusChannel {
  let text = '';
  let end: StatusEnd | null = null;
  return {
    onData: (bytes) => {
      if (end !== null) return;
      text += Buffer.from(bytes).toString();
      if (text.length > maxStatusBytes) end = noStatus(text);
      else end = readStatus(text);
    },
    isComplete: () => end !== null,
    end: () => end ?? (text === '' ? null : noStatus(text)),
  };
}

function noStatus(text: string): StatusEnd {
  return {
    kind: 'failed',
    reason: 'InvalidStatus',
    message: `the exec's status cannot be read: ${text.slice(0, shownCharacters)}`,
  };
}

interface Status {
  readonly status?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly causes?: unknown } | null;
}

/** null: not a whole JSON object yet. */
function readStatus(text: string): StatusEnd | null {
  const status = parse(text);
  if (status === null) return null;
  if (status.status === 'Success') return { kind: 'exited', code: 0 };
  if (status.status !== 'Failure') return noStatus(text);
  if (status.reason !== 'NonZeroExitCode') {
    return {
      kind: 'failed',
      reason: textOr(status.reason, 'Unknown'),
      message: textOr(status.message, 'no message'),
    };
  }
  const code = exitCode(status.details?.causes);
  return code === null ? noStatus(text) : { kind: 'exited', code };
}

function parse(text: string): Status | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Cut short, or no JSON at all: the end of the connection decides.
    return null;
  }
}

/** 1–255, as a decimal string in the cause named ExitCode. */
function exitCode(causes: unknown): number | null {
  if (!Array.isArray(causes)) return null;
  const cause = (causes as ({ readonly reason?: unknown; readonly message?: unknown } | null)[]).find(
    (one) => one?.reason === 'ExitCode',
  );
  const text = cause?.message;
  if (typeof text !== 'string' || !/^[1-9]\d{0,2}$/.test(text)) return null;
  const code = Number(text);
  return code <= 255 ? code : null;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
