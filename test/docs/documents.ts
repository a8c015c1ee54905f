// The pages that people read, as they stand in the repository.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface Document {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
}

export function readDocuments(): readonly Document[] {
  const paths = globSync(['*.md', 'docs/**/*.md', 'config/**/*.md', 'test/**/*.md'], { cwd: root }).sort();
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

export function isThere(path: string): boolean {
  return existsSync(join(root, path));
}
