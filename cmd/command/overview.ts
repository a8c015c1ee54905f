// What somebody sees who calls the program without a command, with --help, or with a word it does not know.
import { nearestName } from '../../src/text/nearest-name.ts';
import { plainLine } from '../../src/text/plain-text.ts';
import { loadCommands } from '../commands.ts';
import { version } from '../version.ts';
import type { CommandFacts } from './command-facts.ts';
import type { CommandIo } from './command-io.ts';
import { troubleExitCode } from './define-command.ts';
import { helpText } from './help-text.ts';

const nameWidth = 15;

const helpWords: readonly (string | null)[] = ['help', '--help', '-h'];
const versionWords: readonly (string | null)[] = ['version', '--version'];

/** `help NAME` is `NAME --help`. @param name null: none was given @returns the exit code */
export async function overview(
  name: string | null,
  [about]: readonly string[],
  { stdout, stderr }: CommandIo,
): Promise<number> {
  if (versionWords.includes(name)) {
    stdout.write(`${version}\n`);
    return 0;
  }
  const all = await loadCommands();
  const text = overviewText(all);
  const asked = helpWords.includes(name) ? about : name;
  if (asked === undefined || helpWords.includes(asked)) {
    stdout.write(text);
    return 0;
  }
  const command = all.find((each) => each.name === asked);
  if (command !== undefined) {
    stdout.write(helpText(command));
    return 0;
  }
  stderr.write(asked === null ? text : `${unknown(asked, all)}\n\n${text}`);
  return troubleExitCode;
}

function unknown(name: string, all: readonly CommandFacts[]): string {
  if (name === '') return 'The name of the command is empty.';
  const near = nearestName(name, [...all.map((each) => each.name), 'help', '--help', '--version']);
  return `There is no command "${plainLine(name)}"${near === null ? '.' : `; did you mean ${near}?`}`;
}

function overviewText(all: readonly CommandFacts[]): string {
  const isForRunner = ({ audience }: CommandFacts): boolean => audience.includes('GitLab Runner');
  const rows = (some: readonly CommandFacts[]): string =>
    some.map(({ name, summary }) => `  ${name.padEnd(nameWidth)}${summary}`).join('\n');
  return `gitlab-pod-executor ${version}: runs GitLab CI jobs in rootless Kubernetes pods.

For GitLab Runner (set in config.toml, see config/runner.toml):
${rows(all.filter(isForRunner))}

For people:
${rows(all.filter((command) => !isForRunner(command)))}

The policy is --policy FILE, else $GITLAB_POD_EXECUTOR_POLICY, else
/etc/gitlab-pod-executor/policy.yaml.
Each command explains itself with --help.
`;
}
