// What a shell needs to complete our commands. zsh takes bash's script by its own bashcompinit.
import type { CommandFacts, OptionDefinition } from './command-facts.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const program = 'gitlab-pod-executor';

export function completionScript(shell: Shell, commands: readonly CommandFacts[]): string {
  if (shell === 'fish') return fishScript(commands);
  const zsh = shell === 'zsh' ? 'autoload -Uz bashcompinit && bashcompinit\n' : '';
  return `${zsh}${bashScript(commands)}`;
}

/** After a command: its options, and files for whatever takes a value or a word. */
function bashScript(commands: readonly CommandFacts[]): string {
  const cases = commands.map(({ name, options }) => `    ${name}) options='${optionWords(options)}' ;;`);
  return `_gitlab_pod_executor() {
  local word=\${COMP_WORDS[COMP_CWORD]} options=
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$options --help" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _gitlab_pod_executor ${program}
`;
}

function optionWords(options: CommandFacts['options']): string {
  return Object.keys(options)
    .map((name) => `--${name}`)
    .join(' ');
}

function fishScript(commands: readonly CommandFacts[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c ${program} -n __fish_use_subcommand -f -a ${command.name} -d ${quote(command.summary)}`,
    ...Object.entries(command.options).map((option) => fishOption(command.name, ...option)),
  ]);
  return `${lines.join('\n')}\n`;
}

function fishOption(command: string, name: string, { value, help }: OptionDefinition): string {
  const takes = value === undefined ? '' : ' -r';
  return `complete -c ${program} -n '__fish_seen_subcommand_from ${command}' -l ${name}${takes} -d ${quote(help)}`;
}

const quote = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
