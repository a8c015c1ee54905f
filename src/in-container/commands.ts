// What is run in a container, as words: a shell, a program of this folder, and its parameters, which never become a part of the
// program's text. A program's first comment tells what its parameters are.
import { helperBinDirectory, readyFile } from '../layout/paths.ts';
import {
  countOomKillsProgram,
  endProcessOneProgram,
  inspectBuildProgram,
  inspectHelperProgram,
  quoteTestProgram,
  stopAndDrainProgram,
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

/** Ends the container. */
export const endProcessOne = (shell: string): string[] => run(shell, endProcessOneProgram);

/** Prints the kernel's counters of kills for memory. */
export const countOomKills = (shell: string): string[] => run(shell, countOomKillsProgram);

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
