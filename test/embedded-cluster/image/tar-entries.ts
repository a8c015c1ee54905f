// The entries of a tar file one after the other, whatever it is compressed with.
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';

export type TarEntry = Extract extends AsyncIterable<infer Entry> ? Entry : never;

/** A handler reads its entry to the end, or calls resume() on it. @throws what a handler throws, or Error for what is no tar */
export async function eachTarEntry(
  file: string,
  handle: (entry: TarEntry) => Promise<void> | void,
): Promise<void> {
  const entries = extract();
  const consume = async (): Promise<void> => {
    for await (const entry of entries) await handle(entry);
  };
  const unzip = decompressor(file);
  const source = createReadStream(file);
  // Consuming first: when a handler throws, that is the error, and not that the stream was closed because of it.
  await Promise.all([consume(), unzip ? pipeline(source, unzip, entries) : pipeline(source, entries)]);
}

/** By the first bytes: gzip (RFC 1952), zstd (RFC 8878), else none. */
function decompressor(file: string) {
  const start = Buffer.alloc(4);
  const fd = openSync(file, 'r');
  readSync(fd, start);
  closeSync(fd);
  if (start[0] === 0x1f && start[1] === 0x8b) return createGunzip();
  return start.readUInt32LE() === 0xfd2fb528 ? createZstdDecompress() : null;
}
