// Writes a script of the shape that GitLab Runner generates (shells/bash.go).
import type { Build } from '../runner/build.ts';
import { tempDirOf } from '../runner/build.ts';
import { goQuote } from '../runner/go-words.ts';
import type { Variable } from '../runner/variables.ts';
import { colours } from '../trace/colours.ts';
import { doubleQuote, type Quote, quoteAnsiC, quotePosix } from './quoting.ts';

export interface ShellScript {
  readonly quote: Quote;
  line(text: string): void;
  /** Also ends the script when the line failed, where FF_ENABLE_BASH_EXIT_CODE_CHECK asks for it. */
  checkedLine(text: string): void;
  /** Each word quoted. */
  command(name: string, ...words: readonly string[]): void;
  /** Each word in double quotes: the shell expands variables in it. */
  commandExpanding(name: string, ...words: readonly string[]): void;
  variable(variable: Variable): void;
  plain(text: string): void;
  notice(text: string): void;
  warning(text: string): void;
  /** `if CONDITION ; then … else … fi`. */
  when(condition: string, then: () => void, otherwise?: () => void): void;
  whenDirectory(path: string, then: () => void): void;
  whenSilent(words: readonly string[], then: () => void, otherwise?: () => void): void;
  removeFile(path: string): void;
  removeDirectory(path: string): void;
  /** Under `<project>.tmp`. */
  tempFile(name: string): string;
  finish(): string;
}

export function startScript(build: Build): ShellScript {
  const quote = build.flags.get('FF_POSIXLY_CORRECT_ESCAPES') ? quotePosix : quoteAnsiC;
  const checksErrors = build.flags.get('FF_ENABLE_BASH_EXIT_CODE_CHECK') ?? false;
  const tempDir = tempDirOf(build);
  const lines: string[] = [];
  let depth = 0;

  const line = (text: string) => void lines.push(`${'  '.repeat(depth)}${text}\n`);
  const checkedLine = (text: string): void => {
    line(text);
    if (checksErrors)
      line('_runner_exit_code=$?; if [ $_runner_exit_code -ne 0 ]; then exit $_runner_exit_code; fi');
  };
  const nested = (work: () => void): void => {
    depth++;
    work();
    depth--;
  };
  const when = (condition: string, then: () => void, otherwise?: () => void): void => {
    line(`if ${condition}; then`);
    nested(then);
    if (otherwise) {
      line('else');
      nested(otherwise);
    }
    line('fi');
  };
  const expanding = (name: string, words: readonly string[]) =>
    checkedLine([quote(name), ...words.map(doubleQuote)].join(' '));
  const whenDirectory = (path: string, then: () => void) => when(`[ -d ${goQuote(path)} ]`, then);

  return {
    quote,
    line,
    checkedLine,
    command: (name, ...words) => checkedLine([name, ...words].map(quote).join(' ')),
    commandExpanding: (name, ...words) => expanding(name, words),
    variable: (variable) => exportVariable(variable, { line, quote, tempDir }),
    plain: (text) => line(`echo ${quote(`${colours.reset}${text}`)}`),
    notice: (text) => line(`echo ${quote(`${colours.boldGreen}${text}${colours.reset}`)}`),
    warning: (text) => line(`echo ${quote(`${colours.yellow}${text}${colours.reset}`)}`),
    when,
    whenDirectory,
    whenSilent: (words, then, otherwise) =>
      when(`${words.map(quote).join(' ')} >/dev/null 2>&1 `, then, otherwise),
    removeFile: (path) => expanding('rm', ['-f', path]),
    removeDirectory(path) {
      whenDirectory(path, () => expanding('chmod', ['-R', 'u+rwX', path]));
      expanding('rm', ['-r', '-f', path]);
    },
    tempFile: (name) => `${tempDir}/${name}`,
    finish: () => frame(build, quote(lines.join(''))),
  };
}

function exportVariable(
  { key, value, file }: Variable,
  script: { readonly line: (text: string) => void; readonly quote: Quote; readonly tempDir: string },
): void {
  const { line, quote, tempDir } = script;
  if (!file) {
    line(`export ${quote(key)}=${quote(value)}`);
    return;
  }
  const path = goQuote(`${tempDir}/${key}`);
  line(`mkdir -p ${goQuote(tempDir)}`);
  line(`printf '%s' ${quote(value)} > ${path}`);
  line(`export ${quote(key)}=${path}`);
}

/** Everything in one eval, with nothing on stdin and a clean end on TERM; the older form ends with 1 whatever the script's code. */
function frame(build: Build, body: string): string {
  const endOnTerm = "trap 'exit 1' TERM";
  return [
    `#!/usr/bin/env ${build.shell}\n\n${endOnTerm}\n\n`,
    build.settings.debugTrace ? 'set -o xtrace\n' : '',
    'case "$(set -o)" in *"pipefail"*) set -o pipefail;; esac; set -o errexit\n',
    'set +o noclobber\n',
    build.flags.get('FF_USE_LEGACY_BASH_EVAL')
      ? `: | eval ${body}\n`
      : `(${endOnTerm}; eval ${body}) < /dev/null\n`,
    'exit 0\n',
  ].join('');
}
