// The process of a command for people: Ctrl-C ends it in good order, a failure is one clear text, a closed pipe is no error.

import { describeFailure } from '../../src/outcome/describe-failure.ts';
import type { CommandFacts } from './command-facts.ts';
import type { CommandIo } from './command-io.ts';
import { type Command, troubleExitCode } from './define-command.ts';
import type { StageCommand } from './define-stage.ts';
import { helpText } from './help-text.ts';

const interruptedExitCode = 130;

/** `name` null: none was given. `command` undefined: there is none of that name. */
export async function runCommand(
  name: string | null,
  command: Command | StageCommand | undefined,
  argv: readonly string[],
): Promise<void> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort()).once('SIGTERM', () => interrupt.abort());
  // `gitlab-pod-executor check … | head` closes our output early.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : troubleExitCode),
  );
  const { env, stdout, stderr } = process;
  try {
    process.exitCode = await call(name, command, argv, { env, stdout, stderr, signal: interrupt.signal });
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? interruptedExitCode : troubleExitCode;
    if (!interrupt.signal.aborted)
      stderr.write(describeFailure(error, { isJobLog: false, isForOperator: isForOperator(command) }));
  }
}

const isForOperator = (command: CommandFacts | undefined): boolean =>
  command !== undefined && !command.audience.includes('authors');

async function call(
  name: string | null,
  command: Command | StageCommand | undefined,
  argv: readonly string[],
  io: CommandIo,
): Promise<number> {
  if (command === undefined) return (await import('./overview.ts')).overview(name, argv, io);
  if ('call' in command) return command.call(argv, io);
  io.stdout.write(helpText(command));
  return 0;
}
