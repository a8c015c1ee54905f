// Runs a credential plugin, and says in words why one did not work.
import { statSync } from 'node:fs';
import { plainLine } from '../../../text/plain-text.ts';

/** Plugins that ask a cloud take a second or two. */
const pluginMilliseconds = 30_000;
/** Tokens and certificates have some kilobytes. */
const maxAnswerBytes = 1024 * 1024;
/** Of what it said on stderr: its last words say most. */
const shownCharacters = 500;

export interface PluginCall {
  /** An absolute path, or a bare name for PATH. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of it: the process that runs it may serve several runners. */
  readonly env: Readonly<Record<string, string>>;
  /** The kubeconfig's advice for whom the program is not there; may be empty. */
  readonly installHint: string;
}

export type PluginEnd =
  | { readonly kind: 'ended'; readonly stdout: string }
  /** A clause for people, safe to print. */
  | { readonly kind: 'failed'; readonly why: string };

/** Without a terminal and with nothing on stdin; never throws for what the program does. */
export async function runPlugin(call: PluginCall): Promise<PluginEnd> {
  const { execa } = await import('execa');
  const result = await execa(call.program, call.args, {
    cwd: call.cwd,
    env: call.env,
    extendEnv: false,
    stdin: 'ignore',
    timeout: pluginMilliseconds,
    maxBuffer: maxAnswerBytes,
    reject: false,
  });
  if (!result.failed) return { kind: 'ended', stdout: result.stdout };
  const why = whyNotStarted(result.code, call) ?? whyFailed(result);
  // Absent when it did not start. Cut first: what is made safe is cut at its own end.
  const stderr = (result.stderr as string | undefined) ?? '';
  const message = result.isMaxBuffer ? '' : plainLine(stderr.slice(-shownCharacters));
  return { kind: 'failed', why: message === '' ? why : `${why}: ${message}` };
}

/** @param code of the system's call; undefined when the program started. */
function whyNotStarted(code: string | undefined, { program, installHint }: PluginCall): string | null {
  switch (code) {
    case 'ENOENT': {
      const hint = plainLine(installHint).slice(0, shownCharacters);
      return `there is no such program, or none of the name in its \`#!\` line${hint && `. ${hint}`}`;
    }
    case 'EACCES':
      return isDirectory(program)
        ? 'it is a directory (EACCES)'
        : "it may not be executed (EACCES): make it executable for the runner's user (chmod), on a file system without `noexec`";
    case undefined:
    case 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER':
    case 'ETIMEDOUT':
      return null;
    default:
      return `it cannot be started (${plainLine(code)})`;
  }
}

function whyFailed(result: {
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
}): string {
  if (result.timedOut) return `it did not end within ${pluginMilliseconds / 1000} s`;
  if (result.isMaxBuffer) return `it printed more than ${maxAnswerBytes} bytes`;
  return result.exitCode === undefined
    ? `it was ended by ${result.signal ?? 'a signal'}`
    : `exit code ${result.exitCode}`;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
