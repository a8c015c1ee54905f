// The Node that the Debian package and the image bring, and what it needs of a system.
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { runTool } from './run-tool.ts';

export interface NodeParts {
  readonly file: string;
  /** `26.10.0` */
  readonly version: string;
  /** As Debian calls it. */
  readonly architecture: 'amd64' | 'arm64';
}

const architectures: Readonly<Record<string, NodeParts['architecture']>> = { x64: 'amd64', arm64: 'arm64' };

/** @throws when it does not run here: packages are made on a machine of their architecture */
export function findNodeParts(file: string): NodeParts {
  const [version = '', arch = ''] = runTool([file, '-p', 'process.versions.node + " " + process.arch'], {
    debianPackage: 'nothing: run npm ci',
  })
    .trim()
    .split(' ');
  const architecture = architectures[arch];
  if (architecture === undefined) throw new Error(`There are no packages for ${arch} (${file}).`);
  return { file: realpathSync(file), version, architecture };
}

export interface SystemFile {
  /** Where the loader looks for it: `libc.so.6`. */
  readonly name: string;
  /** Here, links followed. */
  readonly file: string;
}

/** Shared libraries of a program, and the loader (`ld-linux-x86-64.so.2`), sorted by name. */
export function sharedLibraries(program: string): readonly SystemFile[] {
  const paths = [...runTool(['ldd', program], { debianPackage: 'libc-bin' }).matchAll(/(\/\S+) \(0x/g)];
  return paths
    .map(([, path = '']) => ({ name: basename(path), file: realpathSync(path) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

export interface DebianOrigin {
  readonly name: string;
  readonly version: string;
}

/** The installed Debian package that a file came with. */
export function debianOrigin(file: string): DebianOrigin {
  // Merged /usr: dpkg may know the file by its older path.
  const known = [file, file.replace(/^\/usr\//, '/')].flatMap((path) => {
    try {
      return [runTool(['dpkg-query', '--search', path], { debianPackage: 'dpkg' })];
    } catch {
      return [];
    }
  });
  const name = known[0]?.split(':')[0];
  if (name === undefined)
    throw new Error(`${file} came with no Debian package, and nobody could say what it is.`);
  const version = runTool(['dpkg-query', '--show', '--showformat=${Version}\n', name], {
    debianPackage: 'dpkg',
  });
  return { name, version: version.split('\n')[0] ?? '' };
}
