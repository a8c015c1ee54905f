// Completion for shells, made of the commands' own definitions.

import type { CommandFacts } from './command/command-facts.ts';
import { completionScript, shells } from './command/completion-script.ts';
import { type Command, defineCommand } from './command/define-command.ts';
import { UsageError } from './command/usage-error.ts';

/** `loadCommands`: the table that it stands in itself. */
export const completion = (loadCommands: () => Promise<readonly CommandFacts[]>): Command =>
  defineCommand({
    name: 'completion',
    audience: ['operators', 'authors'],
    summary: 'let your shell complete commands and options.',
    usage: [`completion ${shells.join('|')}`],
    about: ['It prints a script for the named shell, which completes commands, their options and files.'],
    positionals: [{ name: 'SHELL', help: shells.join(', ') }],
    options: {},
    exitCodes: '0 the script is printed, 2 wrong usage.',
    examples: `Try it:   source <(gitlab-pod-executor completion bash)
Keep it:  gitlab-pod-executor completion bash \\
            > /etc/bash_completion.d/gitlab-pod-executor`,
    async run({ positionals, io }) {
      const shell = shells.find((each) => each === positionals[0]);
      if (shell === undefined || positionals.length !== 1) {
        throw new UsageError(`completion needs one shell: ${shells.join(', ')}.`);
      }
      io.stdout.write(completionScript(shell, await loadCommands()));
      return 0;
    },
  });
