// The configuration of GitLab Runner that goes with the policy: the lines that stay, as they are written, and the new ones.

import {
  cleanupExecTimeout,
  gracefulKillTimeout,
  isCopied,
  isShutdownTooShort,
  shutdownTimeout,
} from './rows/runner-rows.ts';
import type { TomlSource } from './toml/read-toml.ts';

export interface RunnerFileInput {
  readonly source: TomlSource;
  /** Which of `[[runners]]`. */
  readonly index: number;
  /** Where the executor and the policy will be. */
  readonly executable: string;
  readonly policyFile: string;
  /** `timeouts.ready` of the policy, in seconds. */
  readonly readySeconds: number;
}

/** Beyond `timeouts.ready`, so that the executor's own words come first. */
const prepareGraceSeconds = 300;

export function runnerFile(input: RunnerFileInput): string {
  const { source, index } = input;
  const { shutdown_timeout } = source.value;
  const isShutdownKept = shutdown_timeout !== undefined && !isShutdownTooShort(shutdown_timeout);
  const ofFile = source.keys.filter(
    ({ path }) =>
      path.length === 1 &&
      isCopied('global', String(path[0])) &&
      (isShutdownKept || path[0] !== 'shutdown_timeout'),
  );
  const top = [
    ...ofFile.map(({ text }) => text.trim()),
    ...(isShutdownKept ? [] : [`shutdown_timeout = ${shutdownTimeout}`]),
    ...tablesBelow(source, []).filter((text) => text !== ''),
  ];
  const own = source.keys
    .filter(
      ({ path }) =>
        path.length === 3 &&
        path[0] === 'runners' &&
        path[1] === index &&
        isCopied('runners', String(path[2])),
    )
    .map(({ text }) => `  ${text.trim()}`);
  return [
    '# Made by gitlab-pod-executor import-config. It has the token of the runner: keep it as private as config.toml.',
    ...top,
    '',
    '[[runners]]',
    ...own,
    '  executor = "custom"',
    '  shell = "bash"',
    ...tablesBelow(source, ['runners', index]),
    '',
    '  [runners.custom_build_dir]',
    '    enabled = false',
    '',
    ...customSection(input),
    '',
  ].join('\n');
}

/** Tables of the file itself, or of one runner, with what is below them. */
function tablesBelow({ tables }: TomlSource, above: readonly (string | number)[]): string[] {
  const section = above.length === 0 ? 'global' : 'runners';
  return tables
    .filter(({ path }) => path.length > above.length && above.every((key, at) => path[at] === key))
    .filter(({ path }) => isCopied(section, String(path[above.length])))
    .flatMap(({ text }) => ['', text.trimEnd()]);
}

function customSection({ executable, policyFile, readySeconds }: RunnerFileInput): string[] {
  const program = JSON.stringify(executable);
  const policy = JSON.stringify(policyFile);
  return [
    '  [runners.custom]',
    `    config_exec = ${program}`,
    '    config_args = ["config"]',
    '    config_exec_timeout = 30',
    `    prepare_exec = ${program}`,
    `    prepare_args = ["prepare", "--policy", ${policy}]`,
    '    # Longer than `timeouts.ready` of the policy.',
    `    prepare_exec_timeout = ${readySeconds + prepareGraceSeconds}`,
    `    run_exec = ${program}`,
    '    run_args = ["run"]',
    `    cleanup_exec = ${program}`,
    `    cleanup_args = ["cleanup", "--policy", ${policy}]`,
    `    cleanup_exec_timeout = ${cleanupExecTimeout}`,
    `    graceful_kill_timeout = ${gracefulKillTimeout}`,
    '    force_kill_timeout = 10',
  ];
}
