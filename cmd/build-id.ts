// Which build this is: launcher, program and resident of one build understand each other, others work apart.
import { readFileSync } from 'node:fs';

/** No launcher looks for it: only what was built has one. */
const unbuilt = 'unbuilt';

/** Written by scripts/build.ts beside the program. */
export function buildId(): string {
  try {
    return readFileSync(new URL('build-id', import.meta.url), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return unbuilt;
    throw error;
  }
}
