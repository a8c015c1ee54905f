// A command that GitLab Runner calls: it ends the process itself, as the stage's end asks for (cmd/stage-process). It is defined
// as every command is, so that overview and --help know it; only its words are GitLab Runner's to choose.
import type { CommandFacts } from './command-facts.ts';

export interface StageCommand extends CommandFacts {
  readonly runStage: (argv: readonly string[]) => Promise<unknown>;
}

export type StageDefinition = Pick<
  StageCommand,
  'name' | 'summary' | 'usage' | 'about' | 'options' | 'positionals' | 'runStage'
>;

export function defineStage(definition: StageDefinition): StageCommand {
  const { name } = definition;
  const caller = `GitLab Runner calls it for each job, as ${name}_exec and ${name}_args of config.toml say (config/runner.toml).`;
  return {
    ...definition,
    audience: ['GitLab Runner'],
    about: [caller, ...definition.about],
    exitCodes:
      "0 success, $BUILD_FAILURE_EXIT_CODE (1) build failure, with the script's own code in $BUILD_EXIT_CODE_FILE, $SYSTEM_FAILURE_EXIT_CODE (2) system failure: anything else.",
  };
}
