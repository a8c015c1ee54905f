// The host image under another name, with what that image's Dockerfile adds: variables, an entrypoint, users, directories, links.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from '../sandbox/sandbox.ts';
import { createHostImage } from './host-image.ts';
import type { Image, ImageConfig, Owner } from './image.ts';

/** All of it can be written as JSON. Paths are absolute, in the image. */
export interface ImageVariant {
  readonly config?: Partial<ImageConfig>;
  /** Lines of /etc/passwd, after root, daemon and nobody. */
  readonly accounts?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** Path → what it leads to. */
  readonly links?: Readonly<Record<string, string>>;
  readonly directories?: Readonly<Record<string, { readonly mode: string; readonly owner?: Owner }>>;
  /**
   * What of this machine's /usr/local is there; `files`, `links` and `directories` may lie beside it.
   * Default: all of it, and nothing can be added.
   */
  readonly ofUsrLocal?: readonly string[];
}

const executable = 0o755;

/** Makes the tree in `directory`, which must not exist yet. */
export function createImageVariant(directory: string, name: string, variant: ImageVariant): Image {
  const host = createHostImage(directory);
  const mounts = variant.ofUsrLocal === undefined ? host.mounts : withOwnUsrLocal(host, variant.ofUsrLocal);
  const owners = new Map<string, Owner>();
  const within = (path: string): string => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    return join(directory, path);
  };
  for (const [path, { mode, owner }] of Object.entries(variant.directories ?? {})) {
    mkdirSync(within(path), { recursive: true });
    chmodSync(within(path), Number.parseInt(mode, 8));
    if (owner) owners.set(path, owner);
  }
  for (const [path, target] of Object.entries(variant.links ?? {})) symlinkSync(target, within(path));
  for (const [path, text] of Object.entries(variant.files ?? {}))
    writeFileSync(within(path), text, { mode: executable });
  for (const line of variant.accounts ?? [])
    writeFileSync(join(directory, 'etc/passwd'), `${line}\n`, { flag: 'a' });
  return {
    ...host,
    id: `sha256:${createHash('sha256').update(name).digest('hex')}`,
    config: { ...host.config, ...variant.config },
    owners,
    mounts,
  };
}

/** /usr becomes a directory of the image, with the host's mounted into it one by one. */
function withOwnUsrLocal({ tree, mounts }: Image, ofUsrLocal: readonly string[]): readonly Mount[] {
  const shown = [
    ...readdirSync('/usr', { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'local')
      .map((entry) => join('/usr', entry.name)),
    ...ofUsrLocal.map((name) => join('/usr/local', name)),
  ];
  for (const path of ['/usr/local/bin', ...shown]) mkdirSync(join(tree, path), { recursive: true });
  return [
    ...mounts.filter(({ destination }) => destination !== '/usr'),
    ...shown.map((path) => ({ source: path, destination: path, readOnly: true })),
  ];
}
