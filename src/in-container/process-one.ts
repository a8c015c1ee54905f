// What is process 1 of build, helper and init containers, as a container's `command`.
import {
  buildsDirectory,
  cacheDirectory,
  helperBinDirectory,
  homeDirectory,
  readyFile,
  scriptsDirectory,
} from '../layout/paths.ts';
import {
  clearWorkspaceProgram,
  makeDirectoryProgram,
  processOneOfBuildProgram,
  processOneOfHelperProgram,
  proveUserNamespaceProgram,
  scrubFirstProgram,
  scrubWorkspaceProgram,
} from './programs.generated.ts';

/** Whether a container of ours must find its pod in a user namespace of its own. */
export type Proof = 'prove' | 'skip';

/** With `$0`, by which people know who speaks. */
const command = (program: string, ...parameters: string[]): string[] => [
  'sh',
  '-c',
  program,
  'gitlab-pod-executor',
  ...parameters,
];

export const buildCommand = (): string[] =>
  command(processOneOfBuildProgram, homeDirectory, scriptsDirectory, readyFile);

export const helperCommand = (proof: Proof): string[] =>
  command(processOneOfHelperProgram, homeDirectory, scriptsDirectory, readyFile, helperBinDirectory, proof);

/**
 * Where earlier jobs had the workspace.
 *
 * @param project its path below builds and cache
 * @param seconds that it may take
 * @param directory a work directory to make then; null: none
 */
export const scrubCommand = (
  proof: Proof,
  project: string,
  { seconds, directory }: { readonly seconds: number; readonly directory: string | null },
): string[] =>
  command(
    scrubFirstProgram,
    ...[scrubWorkspaceProgram, clearWorkspaceProgram, buildsDirectory, cacheDirectory, project, proof],
    String(seconds),
    ...(directory === null ? [] : [directory]),
  );

export const proofCommand = (): string[] => command(proveUserNamespaceProgram);

export const makeDirectoryCommand = (directory: string): string[] => command(makeDirectoryProgram, directory);
