// What a command is: one definition, from which its parsing, its --help, the overview, the README's table and the shell
// completion are made. A new command is one file and one row in commands.ts, then `npm run docs`.

import { failureJson } from '../../src/outcome/describe-failure.ts';
import type { CommandFacts, OptionDefinitions } from './command-facts.ts';
import type { CommandIo } from './command-io.ts';
import { helpText } from './help-text.ts';
import { type ArgumentValues, parseArguments } from './parse-arguments.ts';
import { UsageError } from './usage-error.ts';

export interface CommandInput<Options extends OptionDefinitions> {
  readonly options: ArgumentValues<Options>;
  readonly positionals: readonly string[];
  readonly io: CommandIo;
}

export interface CommandDefinition<Options extends OptionDefinitions> extends CommandFacts {
  readonly options: Options;
  /** @returns the exit code. @throws UsageError for arguments that only the command itself can check */
  readonly run: (input: CommandInput<Options>) => Promise<number> | number;
}

export interface Command extends CommandFacts {
  /** `argv`: without the command's own name. @returns the exit code */
  readonly call: (argv: readonly string[], io: CommandIo) => Promise<number>;
}

/** Wrong usage, an unreadable policy, a cluster that does not answer. */
export const troubleExitCode = 2;

export function defineCommand<const Options extends OptionDefinitions>(
  definition: CommandDefinition<Options>,
): Command {
  return {
    ...definition,
    async call(argv, io) {
      // Also of words that cannot be understood as a whole.
      const isJsonAsked = 'json' in definition.options && argv.includes('--json');
      try {
        const { isHelpAsked, options, positionals } = parseArguments(definition, argv);
        if (!isHelpAsked) return await definition.run({ options, positionals, io });
        io.stdout.write(helpText(definition));
        return 0;
      } catch (error) {
        if (error instanceof UsageError && !isJsonAsked) {
          io.stderr.write(`${error.message}\nSee gitlab-pod-executor ${definition.name} --help.\n`);
          return troubleExitCode;
        }
        const failure = isJsonAsked && !io.signal.aborted ? failureJson(error) : null;
        if (failure === null) throw error;
        io.stdout.write(`${JSON.stringify({ failure }, null, 2)}\n`);
        return troubleExitCode;
      }
    },
  };
}
