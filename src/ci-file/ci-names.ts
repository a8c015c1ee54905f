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
  /** The first job that asks for it, or `default`; a template only where no job of these files does. */
  readonly job: string;
}

/** A template for others: it runs nothing itself. */
export const isHiddenJob = (job: string): boolean => job.startsWith('.');

/** A job that names no image, so that it runs in the runner's default one, if there is one. */
export interface ImagelessJob extends CiPlace {
  readonly job: string;
  /** null: it names none for certain. Else a clause that says why it may: "may get one from a file that is not resolved". */
  readonly doubt: string | null;
}

/** Something that may hold a name and could not be read here. */
export interface Unresolved extends CiPlace {
  /** As written, on one line. */
  readonly what: string;
  /** A clause: "is defined outside of these files". */
  readonly why: string;
  /** The variable whose value is missing. */
  readonly variable?: string;
  /** A file that GitLab includes and that is not here. */
  readonly isInclude?: true;
}

/** A key that stands again further down in the same map, so that nothing under it counts. */
export interface OverriddenKey extends CiPlace {
  readonly key: string;
  /** Of the one that counts. */
  readonly winnerLine: number;
}

export interface CiNames {
  readonly names: readonly FoundName[];
  readonly imageless: readonly ImagelessJob[];
  readonly unresolved: readonly Unresolved[];
  readonly overridden: readonly OverriddenKey[];
}
