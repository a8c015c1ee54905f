// What every package is made of.
import type { NodeParts } from './node-parts.ts';

export interface Packing {
  /** Packages go here. */
  readonly folder: string;
  /** Gone afterwards. */
  readonly scratch: string;
  /** dist/ as scripts/build.ts makes it. */
  readonly program: string;
  readonly version: string;
  /** Seconds since 1970: the commit's, for every file. */
  readonly date: number;
  readonly node: NodeParts;
}

/** A file of the packages, and what is in it beside the program and its npm packages. */
export interface MadePackage {
  readonly file: string;
  readonly contents: readonly Content[];
}

/** As a component of an SBOM. */
export interface Content {
  readonly name: string;
  readonly version: string;
  /** https://github.com/package-url/purl-spec */
  readonly purl: string;
  readonly sha256?: string;
}

/** Where the program is, by every package and in every example: config.toml, units and values have one path. */
export const installPath = 'opt/gitlab-pod-executor';
