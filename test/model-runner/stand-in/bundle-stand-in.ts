// The stand-in as a folder that stands alone, as the helper image has it: no packages beside it, and nothing to compile.
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** A job is another user than we. */
const [readable, executable] = [0o644, 0o755];

/** Packages that call `require` find none in an ES module. */
const requireBanner =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** @returns the path of the `gitlab-runner` in `directory`, which may be there already */
export function bundleStandIn(directory: string): string {
  const place = (name: string): string => join(directory, name);
  mkdirSync(directory, { recursive: true });
  for (const name of ['gitlab-runner', 'version.txt'])
    copyFileSync(join(import.meta.dirname, name), place(name));
  buildSync({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    outfile: place('main.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.18',
    banner: { js: requireBanner },
    logLevel: 'warning',
  });
  for (const path of [directory, place('gitlab-runner')]) chmodSync(path, executable);
  for (const name of ['version.txt', 'main.mjs']) chmodSync(place(name), readable);
  return place('gitlab-runner');
}
