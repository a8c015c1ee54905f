// Image archives for the tests, made on the spot.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export type Entry = Partial<Header> & { readonly name: string; readonly content?: string | Buffer };

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export interface ArchiveImage {
  readonly config?: object;
  readonly layers: readonly (readonly Entry[])[];
}

const digestOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** As `docker save` writes it. */
export async function writeDockerArchive(file: string, { config = {}, layers }: ArchiveImage): Promise<void> {
  const blobs = await Promise.all(layers.map(tarOf));
  const configText = JSON.stringify({ config });
  const configName = `${digestOf(configText)}.json`;
  const names = blobs.map((_, index) => `layer-${index}/layer.tar`);
  const manifest = [{ Config: configName, RepoTags: ['test:1'], Layers: names }];
  await write(file, [
    { name: configName, content: configText },
    ...blobs.map((content, index) => ({ name: names[index] ?? '', content })),
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  ]);
}

/** An OCI layout with gzipped layers, behind an index of platforms. */
export async function writeOciArchive(file: string, { config = {}, layers }: ArchiveImage): Promise<void> {
  const blobs: Entry[] = [];
  const add = (content: Buffer | string): { digest: string } => {
    const digest = digestOf(content);
    blobs.push({ name: `blobs/sha256/${digest}`, content });
    return { digest: `sha256:${digest}` };
  };
  const manifest = add(
    JSON.stringify({
      config: add(JSON.stringify({ config })),
      layers: (await Promise.all(layers.map(tarOf))).map((layer) => add(gzipSync(layer))),
    }),
  );
  const platforms = add(JSON.stringify({ manifests: [manifest] }));
  await write(file, [
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', content: JSON.stringify({ manifests: [platforms] }) },
    ...blobs,
  ]);
}

async function write(file: string, entries: readonly Entry[]): Promise<void> {
  const out = createWriteStream(file);
  out.end(await tarOf(entries));
  await once(out, 'close');
}
