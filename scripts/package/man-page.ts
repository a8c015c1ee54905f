// gitlab-pod-executor(1), made of the commands' own definitions: it says what --help says.
import type { CommandFacts } from '../../cmd/command/command-facts.ts';

interface ManPage {
  readonly commands: readonly CommandFacts[];
  readonly version: string;
  readonly date: Date;
}

/** roff, for `man -l`. */
export function manPage({ commands, version, date }: ManPage): string {
  const day = date.toISOString().slice(0, 10);
  return `${[
    `.TH GITLAB\\-POD\\-EXECUTOR 1 ${day} "gitlab\\-pod\\-executor ${roff(version)}" "User Commands"`,
    '.SH NAME',
    'gitlab\\-pod\\-executor \\- run GitLab CI jobs in rootless Kubernetes pods',
    '.SH SYNOPSIS',
    '.B gitlab\\-pod\\-executor',
    '.I COMMAND',
    '[\\fIOPTIONS\\fR]',
    '.SH DESCRIPTION',
    paragraph(
      'A custom executor for GitLab Runner. It admits or rejects the images of a job by allow-lists, runs the job in one Kubernetes pod with a user namespace of its own, and streams each script over exec. GitLab Runner calls config, prepare, run and cleanup; the other commands are for people.',
    ),
    '.SH COMMANDS',
    ...commands.flatMap(describeCommand),
    '.SH FILES',
    ...files.flatMap(([path, what]) => tagged(path, what)),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, what]) => tagged(name, what)),
  ].join('\n')}\n`;
}

const files = [
  [
    '/etc/gitlab-pod-executor/policy.yaml',
    'The policy: what jobs may run, and how. It explains each of its keys.',
  ],
  [
    '/usr/share/gitlab-pod-executor/config',
    'A config.toml, RBAC, a network policy, profiles and values for a Helm chart.',
  ],
  ['/run/gitlab-pod-executor', 'Where serve and the stages of this machine meet.'],
] as const;

const environment = [
  ['GITLAB_POD_EXECUTOR_POLICY', 'Another policy; --policy comes first.'],
  ['GITLAB_POD_EXECUTOR_NODE', 'Another Node than the one that the package brings.'],
  ['GITLAB_POD_EXECUTOR_RESIDENT', 'Another directory than /run/gitlab-pod-executor.'],
  ['NO_COLOR', 'If it is set, no colours.'],
] as const;

function describeCommand({
  name,
  summary,
  usage,
  about,
  positionals,
  options,
  exitCodes,
  examples,
}: CommandFacts): string[] {
  return [
    `.SS ${roff(name)}`,
    paragraph(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}`),
    ...verbatim(usage.map((call) => `gitlab-pod-executor ${call}`).join('\n')),
    ...about.flatMap((text) => (text.startsWith(' ') ? verbatim(text) : ['.PP', paragraph(text)])),
    ...positionals.flatMap(({ name: word, help }) => (help === undefined ? [] : tagged(word, help))),
    ...Object.entries(options).flatMap(([option, { value, help }]) =>
      tagged(`--${option}${value === undefined ? '' : ` ${value}`}`, help),
    ),
    '.PP',
    paragraph(`Exit code: ${exitCodes}`),
    ...(examples === undefined ? [] : verbatim(examples.trimEnd())),
  ];
}

function tagged(term: string, text: string): string[] {
  return ['.TP', `.B ${roff(term)}`, paragraph(text)];
}

/** As it is: examples line up. */
function verbatim(text: string): string[] {
  return ['.PP', '.nf', ...text.split('\n').map(paragraph), '.fi'];
}

/** A line that begins with a dot or a quote would be an order to roff. */
function paragraph(text: string): string {
  const escaped = roff(text);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** roff writes a bare hyphen so that it cannot be copied into a shell, and has orders behind a backslash. */
function roff(text: string): string {
  return text.replace(/\\/g, '\\(rs').replace(/-/g, '\\-').replace(/’/g, '\\(cq').replace(/…/g, '...');
}
