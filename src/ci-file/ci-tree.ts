// A CI file as nodes with their places: the shapes that reading, walking and indexing share.
import type { Alias, Node, YAMLMap } from 'yaml';
import type { CiPlace } from './ci-names.ts';

export interface CiDocument {
  readonly file: string;
  readonly root: YAMLMap;
  readonly placeOf: (node: Node) => CiPlace;
  /** What an alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
  /** What each `!reference` stands for; filled once all files are read. */
  readonly references: Map<Node, Spot>;
  /** Filled as maps are looked into. */
  readonly indexes: WeakMap<YAMLMap, MapIndex>;
  /** Shared by all files of a pipeline. */
  readonly effort: Effort;
}

/** What may still be spent on walking, so that no file takes forever. */
export interface Effort {
  stepsLeft: number;
}

/** A node, and the file that it stands in. */
export interface Spot {
  readonly document: CiDocument;
  readonly node: Node;
}

export interface MapIndex {
  /** Of a key that stands there twice, the last. */
  readonly own: ReadonlyMap<string, Placed & { readonly key: Node }>;
  /** Values of `<<`, the last first. */
  readonly merges: readonly Placed[];
}

export interface Placed {
  /** Its number among the pairs. */
  readonly at: number;
  readonly value: unknown;
}
