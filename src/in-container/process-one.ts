// What is process 1 of build, helper and init containers, as a container's `command`.
import { helperBinDirectory, homeDirectory, readyFile, scriptsDirectory } from '../layout/paths.ts';
import {
  makeDirectoryProgram,
  processOneOfBuildProgram,
  processOneOfHelperProgram,
  proveUserNamespaceProgram,
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

export const proofCommand = (): string[] => command(proveUserNamespaceProgram);

export const makeDirectoryCommand = (directory: string): string[] => command(makeDirectoryProgram, directory);
