// Which build this is: launcher, program and resident of one build understand each other, others work apart.
import { readFileSync } from 'node:fs';

/** Written by scripts/build.ts beside the program. */
export function buildId(): string {
  return readFileSync(new URL('build-id', import.meta.url), 'utf8').trim();
}
