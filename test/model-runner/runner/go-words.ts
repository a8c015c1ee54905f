// Go's own spellings, where they reach the log: durations, signals, errors of starting a process, quoting.
import { constants } from 'node:os';

/** `8s`, `1h0m0s`, `1.5s`, `250ms` (time.Duration.String). */
export function goDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  if (Math.abs(milliseconds) < 1000) return `${milliseconds}ms`;
  const seconds = milliseconds / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${Number((seconds % 60).toFixed(3))}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1h30m`, `5s`, `1.5h`; null: not a duration to Go (time.ParseDuration). A negative one stays negative. */
export function parseGoDuration(text: string): number | null {
  if (/^[+-]?0$/.test(text)) return 0;
  const [, sign = '', body = ''] = /^([+-]?)((?:\d+(?:\.\d*)?(?:ms|s|m|h))+)$/.exec(text) ?? [];
  if (body === '') return null;
  let total = 0;
  for (const [, amount = '0', unit = 's'] of body.matchAll(/(\d+(?:\.\d*)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (unitMs[unit] ?? 0);
  }
  return sign === '-' ? -total : total;
}

const signalMessages: Readonly<Record<string, string>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGPIPE: 'broken pipe',
  SIGALRM: 'alarm clock',
  SIGTERM: 'terminated',
};

/** `killed` for SIGKILL (syscall.Signal.String). */
export function goSignal(signal: NodeJS.Signals): string {
  return signalMessages[signal] ?? `signal ${constants.signals[signal]}`;
}

const startErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  E2BIG: 'argument list too long',
  ENOEXEC: 'exec format error',
  ENOTDIR: 'not a directory',
};

/** Why a process could not be started, as os/exec says it. */
export function goStartError(file: string, code: string | undefined): string {
  if (!file.includes('/') && code === 'ENOENT')
    return `exec: ${goQuote(file)}: executable file not found in $PATH`;
  return `fork/exec ${file}: ${startErrors[code ?? ''] ?? code ?? 'unknown error'}`;
}

/** `%q`: close enough for names and paths. */
export function goQuote(text: string): string {
  return JSON.stringify(text);
}
