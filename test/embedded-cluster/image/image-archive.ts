// What `docker save` and OCI tools write: an archive of a manifest, a configuration and layers. Read into a directory of blobs.
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ImageConfig, plainConfig } from './image.ts';
import { eachTarEntry } from './tar-entries.ts';

export interface ImageArchive {
  /** `sha256:…` of the configuration. */
  readonly id: string;
  readonly config: ImageConfig;
  /** Files, the lowest first; plain, gzip or zstd. */
  readonly layers: readonly string[];
}

/** @throws Error that names the archive and what is wrong with it */
export async function readImageArchive(archive: string, directory: string): Promise<ImageArchive> {
  try {
    await unpack(archive, directory);
    return readDockerManifest(directory) ?? readOciIndex(directory);
  } catch (error) {
    throw new Error(
      `Cannot import ${basename(archive)}: it is no \`docker save\` archive and no OCI layout (${(error as Error).message})`,
      { cause: error },
    );
  }
}

/** Regular files only, under harmless names. */
async function unpack(archive: string, directory: string): Promise<void> {
  await eachTarEntry(archive, async (entry) => {
    const { name, type } = entry.header;
    if (type === 'file' && /^(\.\/)?[\w.-]+(\/[\w.-]+)*$/.test(name) && !name.split('/').includes('..')) {
      const path = join(directory, name);
      mkdirSync(dirname(path), { recursive: true });
      await pipeline(entry, createWriteStream(path));
    } else {
      entry.resume();
    }
  });
}

interface ConfigFile {
  readonly config?: {
    readonly Env?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly WorkingDir?: string;
    readonly User?: string;
  };
}

/** null: not from Docker. */
function readDockerManifest(directory: string): ImageArchive | null {
  const text = readIfThere(join(directory, 'manifest.json'));
  if (text === null) return null;
  const [image] = JSON.parse(text) as { readonly Config: string; readonly Layers: readonly string[] }[];
  if (!image) throw new Error('manifest.json names no image');
  return {
    id: `sha256:${basename(image.Config).replace('.json', '')}`,
    config: readConfig(join(directory, image.Config)),
    layers: image.Layers.map((layer) => join(directory, layer)),
  };
}

interface Descriptor {
  readonly digest: string;
  readonly mediaType?: string;
}

/** The first manifest, through an index of platforms if there is one. */
function readOciIndex(directory: string): ImageArchive {
  const blob = (digest: string): string => join(directory, 'blobs', digest.replace(':', '/'));
  let file = join(directory, 'index.json');
  for (;;) {
    const document = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly manifests?: readonly Descriptor[];
      readonly config?: Descriptor;
      readonly layers?: readonly Descriptor[];
    };
    if (document.config && document.layers) {
      return {
        id: document.config.digest,
        config: readConfig(blob(document.config.digest)),
        layers: document.layers.map(({ digest }) => blob(digest)),
      };
    }
    const [first] = document.manifests ?? [];
    if (!first) throw new Error('the index names no manifest');
    file = blob(first.digest);
  }
}

function readConfig(file: string): ImageConfig {
  const { config = {} } = JSON.parse(readFileSync(file, 'utf8')) as ConfigFile;
  return {
    env: config.Env?.length ? config.Env : plainConfig.env,
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    workingDir: config.WorkingDir || '/',
    user: config.User ?? '',
  };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
