// What is found in a .gitlab-ci.yml and the files that it includes.
import type { ImageKind } from '../admission/verdict.ts';

/** Lines and columns count from 1. */
export interface CiPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A name as a job would ask for it, with the variables of the file filled in. */
export interface FoundName extends CiPlace {
  readonly name: string;
  readonly kind: ImageKind;
  /** The job that asks for it first, or `default`. */
  readonly job: string;
}

/** Something that may hold a name and could not be read here. */
export interface Unresolved extends CiPlace {
  /** As written, on one line. */
  readonly what: string;
  /** A clause: "is defined outside of these files". */
  readonly why: string;
}

export interface CiNames {
  readonly names: readonly FoundName[];
  readonly unresolved: readonly Unresolved[];
}
