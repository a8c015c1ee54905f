// GitLab's git-lfs server, as far as a clone needs it: what a repository's own `lfs/objects` holds can be downloaded
// (git-lfs, docs/api/batch.md).
import { createReadStream, existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { answer } from './answer.ts';

export interface LfsPlace {
  readonly gitDirectory: string;
  /** Of the project: `http://gitlab/group/name.git`. */
  readonly url: string;
}

interface BatchRequest {
  readonly operation?: string;
  readonly objects?: readonly { readonly oid: string; readonly size: number }[];
}

const contentType = 'application/vnd.git-lfs+json';

/** POST …/info/lfs/objects/batch */
export async function answerLfsBatch(
  request: IncomingMessage,
  response: ServerResponse,
  { gitDirectory, url }: LfsPlace,
): Promise<void> {
  const { operation, objects = [] } = (await json(request)) as BatchRequest;
  if (operation !== 'download') {
    answer(response, 403, { message: 'You are not allowed to push LFS objects.' });
    return;
  }
  const { authorization = '' } = request.headers;
  const answers = objects.map(({ oid, size }) =>
    existsSync(objectFile(gitDirectory, oid))
      ? {
          oid,
          size,
          actions: { download: { href: `${url}/gitlab-lfs/objects/${oid}`, header: { authorization } } },
        }
      : { oid, size, error: { code: 404, message: 'Object does not exist on the server' } },
  );
  answer(response, 200, { transfer: 'basic', objects: answers }, { 'content-type': contentType });
}

/** GET …/gitlab-lfs/objects/ID; `id` has only letters and digits. */
export function sendLfsObject(response: ServerResponse, { gitDirectory }: LfsPlace, id: string): void {
  const file = objectFile(gitDirectory, id);
  if (!existsSync(file)) {
    answer(response, 404, { message: '404 Not Found' });
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

const objectFile = (gitDirectory: string, id: string): string =>
  join(gitDirectory, 'lfs/objects', id.slice(0, 2), id.slice(2, 4), id);
