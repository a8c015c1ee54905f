// The shared cache: an object store with one archive a key, as a runner with `[runners.cache]` has (PUT, GET and HEAD of a URL).
import { createReadStream, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { StoredCache } from '../result.ts';
import { answer } from './answer.ts';

const archiveName = 'cache.zip';

export async function serveCache(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
): Promise<void> {
  const path = join(file, archiveName);
  if (request.method === 'PUT') {
    const content = await buffer(request);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    response.writeHead(200).end();
    return;
  }
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) {
    answer(response, 404, { message: 'no such key' });
    return;
  }
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': stat.size,
    'last-modified': stat.mtime.toUTCString(),
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path).pipe(response);
}

/** Everything kept under `directory`; a key is the path to it. */
export function listCaches(directory: string): readonly StoredCache[] {
  const names = statSync(directory, { throwIfNoEntry: false })
    ? readdirSync(directory, { recursive: true, encoding: 'utf8' })
    : [];
  return names
    .filter((name) => name.endsWith(`/${archiveName}`))
    .map((name) => {
      const path = join(directory, name);
      return { key: dirname(name), bytes: statSync(path).size, path };
    });
}
