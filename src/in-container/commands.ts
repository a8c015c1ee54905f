// What is run in a container by exec, as words: a shell, a program of this folder, and its parameters, which never become a part of
// the program's text. A program's first comment tells what its parameters are.
import { buildContainer, type JobContainer } from '../layout/container-names.ts';
import { helperBinDirectory, homeDirectory, readyFile, scriptsDirectory } from '../layout/paths.ts';
import {
  clearWorkspaceProgram,
  completeEnvironmentProgram,
  endProcessOneProgram,
  inspectBuildProgram,
  inspectHelperProgram,
  quoteTestProgram,
  runAndRecordProgram,
  runFromStdinProgram,
  serveScriptsProgram,
  stopAndDrainProgram,
  superviseProgram,
  tryClosedWaysProgram,
  tryNestingProgram,
  tryWayOutProgram,
  withHelperEnvironmentProgram,
} from './programs.generated.ts';

const run = (shell: string, program: string, ...parameters: string[]): string[] => [
  shell,
  '-c',
  program,
  'sh',
  ...parameters,
];

/** Asks the helper for what src/stage/prepare/inspect-containers.ts reads. */
export const inspectHelper = (): string[] => run('sh', inspectHelperProgram, readyFile, helperBinDirectory);

/** The same of the build container. */
export const inspectBuild = (): string[] => run('sh', inspectBuildProgram, readyFile, quoteTestProgram);

/** Asks the helper for what src/doctor/network/way-out.ts reads. @param url of a project; without a password */
export const tryWayOut = (host: string, url: string): string[] => run('sh', tryWayOutProgram, host, url);

/** Asks the helper for what src/doctor/network/closed-ways.ts reads; `api` is the API server. */
export const tryClosedWays = (...urls: string[]): string[] => run('sh', tryClosedWaysProgram, ...urls);
/** Asks the build container for what src/doctor/image-builds reads. @param folders where storage may lie, the best first */
export const tryNesting = (...folders: string[]): string[] => run('sh', tryNestingProgram, ...folders);

/** Ends the container. */
export const endProcessOne = (shell: string): string[] => run(shell, endProcessOneProgram);

/** What another command begins with, to run in the environment of GitLab's scripts. `project` is null: no user code ran yet. */
export const helperEnvironment = (
  shell: string,
  { project, repository }: { project: string | null; repository: string | null },
): string[] =>
  run(
    shell,
    withHelperEnvironmentProgram,
    helperBinDirectory,
    homeDirectory,
    project ?? '',
    repository ?? '',
  );

/** A program that stands before a script, in the script's shell; when it fails, it ends that shell, and the script does not run. */
export interface ScriptPrologue {
  readonly program: string;
  readonly parameters: readonly string[];
}

export const clearWorkspace = (workspace: {
  readonly builds: string;
  readonly cache: string;
  readonly path: string;
  readonly repository: string | null;
  readonly forgetSubmodules: boolean;
}): ScriptPrologue => ({
  program: clearWorkspaceProgram,
  parameters: [
    workspace.builds,
    workspace.cache,
    workspace.path,
    workspace.repository ?? '',
    workspace.forgetSubmodules ? 'forget' : '',
  ],
});

/** For the author's scripts. */
export const completeEnvironment = (): ScriptPrologue => ({
  program: completeEnvironmentProgram,
  parameters: [homeDirectory],
});

/** What runs as the author's or GitLab's script. */
export function scriptOf(script: Uint8Array, prologue: ScriptPrologue | null): Uint8Array {
  return prologue ? Buffer.concat([Buffer.from(`${prologue.program}\n`), script]) : script;
}

/** What `startScript` reads from stdin: secrets are in it, and argv has little room. @param script from `scriptOf` */
export function uploadOf(script: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${runAndRecordProgram}\n\n`), script]);
}

/**
 * Starts a script unless that was done before, and follows its output.
 *
 * @param directory this sub-stage's own in the control volume, with a name that nobody can guess
 * @param offset byte of the log to print from
 * @param sha256 of the upload, in hex
 */
export const startScript = (
  shell: string,
  {
    directory,
    offset,
    bytes,
    sha256,
    prologue,
  }: { directory: string; offset: number; bytes: number; sha256: string; prologue: ScriptPrologue | null },
): string[] =>
  run(
    shell,
    superviseProgram,
    'start',
    directory,
    `${offset}`,
    `${bytes}`,
    sha256,
    ...(prologue?.parameters ?? []),
  );

/** An exec that waits for its script, or for many. */
export interface ServingExec {
  readonly command: string[];
  /** Stands on stdin before everything else. Nothing may follow before `answered`: `head` may read ahead. */
  readonly program: Uint8Array;
}

/**
 * Starts scripts that arrive as `scriptRequest`, each as `startScript` does: in the helper any number, in the environment of
 * `helperEnvironment`; in the build container one, with whose exit code it ends.
 *
 * @param inspects says first what `inspectHelper` or `inspectBuild` say
 */
export function serveScripts(
  shell: string,
  {
    container,
    directory = scriptsDirectory,
    inspects,
  }: { readonly container: JobContainer; readonly directory?: string; readonly inspects: boolean },
): ServingExec {
  const program = `r=${quoted(runAndRecordProgram)}\nquote_test=${quoted(quoteTestProgram)}\n${serveScriptsProgram}`;
  const way = container === buildContainer ? 'held-once' : 'held';
  return {
    command: run(
      shell,
      runFromStdinProgram,
      `${program.length}`,
      way,
      directory,
      inspects ? readyFile : '',
      helperBinDirectory,
      homeDirectory,
    ),
    program: Buffer.from(program),
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * What `serveScripts` reads from stdin for one script.
 *
 * @param mark stands behind the script's log
 * @param script from `scriptOf`
 * @param sha256 of it, in hex
 * @returns null when a line cannot carry it
 */
export function scriptRequest({
  mark,
  directory,
  script,
  sha256,
  project,
  repository,
  prologue,
}: {
  mark: string;
  directory: string;
  script: Uint8Array;
  sha256: string;
  project: string | null;
  repository: string | null;
  prologue: ScriptPrologue | null;
}): Uint8Array | null {
  const words = prologue?.parameters ?? [];
  const lines = [
    ...[mark, directory, `${script.byteLength}`, sha256],
    ...[project ?? '', repository ?? '', `${words.length}`, ...words],
  ];
  if (lines.some((line) => line.includes('\n') || line.includes('\0'))) return null;
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), script]);
}

/** Follows the output of a script that was started before. */
export const followScript = (
  shell: string,
  { directory, offset }: { directory: string; offset: number },
): string[] => run(shell, superviseProgram, 'follow', directory, `${offset}`);

/**
 * Ends everything in the container but process 1, then prints the spool.
 *
 * @param grace whole seconds from TERM to KILL; 0: KILL at once
 * @param offset byte of the spool to print from; null: nothing of it
 */
export const stopAndDrain = (
  shell: string,
  { directory, grace, offset }: { directory: string; grace: number; offset: number | null },
): string[] => run(shell, stopAndDrainProgram, directory, `${grace}`, offset === null ? '-' : `${offset}`);
