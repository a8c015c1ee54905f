// `npm i -g`: nothing is built and nothing else is installed; the program is bundled.
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MadePackage, Packing } from './packing.ts';
import { runTool } from './run-tool.ts';
import { setModes } from './set-modes.ts';

/** Of package.json: what somebody who installs the package needs to know. */
const keptKeys = ['name', 'version', 'description', 'license', 'type', 'engines'];
/** Beside the program: what the guides tell people to copy. */
const alsoPacked = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'config', 'docs'];

export function packNpm({ folder, scratch, program, version }: Packing): MadePackage {
  const tree = join(scratch, 'npm');
  mkdirSync(tree);
  cpSync(program, join(tree, 'dist'), { recursive: true });
  for (const name of alsoPacked) cpSync(name, join(tree, name), { recursive: true });
  cpSync('LICENSE', join(tree, 'LICENSE'));
  writeFileSync(join(tree, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
  setModes(tree);
  const words = ['npm', 'pack', '--offline', '--ignore-scripts', '--pack-destination', scratch, '--silent'];
  const name = runTool(words, { debianPackage: 'npm', cwd: tree }).trim();
  const file = `gitlab-pod-executor-${version}.tgz`;
  renameSync(join(scratch, name), join(folder, file));
  return { file, contents: [] };
}

function publishedManifest(): Readonly<Record<string, unknown>> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  const kept = Object.fromEntries(keptKeys.map((key) => [key, manifest[key]]));
  return { ...kept, os: ['linux'], bin: manifest['bin'], files: ['dist', ...alsoPacked] };
}
