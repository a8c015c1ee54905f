// The process of a command for people: Ctrl-C ends it in good order, a failure is one clear text, a closed pipe is no error.
import { plainText } from '../src/outcome/plain-text.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import type { Command } from './command.ts';

/** Wrong usage, an unreadable policy, a cluster that does not answer. */
const troubleExitCode = 2;
const interruptedExitCode = 130;

export async function runForPeople(command: Command, argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort()).once('SIGTERM', () => interrupt.abort());
  // `gitlab-pod-executor check … | head` closes our output early.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : troubleExitCode),
  );
  try {
    process.exitCode = await command(argv, {
      env: process.env,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: interrupt.signal,
    });
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? interruptedExitCode : troubleExitCode;
    if (!interrupt.signal.aborted) process.stderr.write(`${explain(error)}\n`);
  }
}

function explain(error: unknown): string {
  if (error instanceof SystemFailure) return plainText(error.message);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `This is a bug in gitlab-pod-executor; please report it with these lines:\n${plainText(stack)}`;
}
