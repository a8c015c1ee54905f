// POST and GET /api/v4/jobs/:id/artifacts: what a job uploads really arrives, and another job can have it.
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { answer } from './answer.ts';
import type { RemoteJob } from './remote-job.ts';

/** `query`: artifact_type, artifact_format, expire_in. */
export async function receiveArtifact(
  request: IncomingMessage,
  response: ServerResponse,
  upload: { readonly job: RemoteJob; readonly query: URLSearchParams; readonly directory: string },
): Promise<void> {
  const file = readFormFile(await buffer(request), request.headers['content-type'] ?? '');
  if (file === null) {
    answer(response, 400, { message: '400 Bad request - file is missing' });
    return;
  }
  const { job, query } = upload;
  const type = query.get('artifact_type') ?? 'archive';
  const directory = join(upload.directory, String(job.payload.id));
  const path = join(directory, `${basename(type)}-${file.name}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, file.content);
  job.artifacts.push({
    name: file.name,
    type,
    format: query.get('artifact_format') ?? 'zip',
    bytes: file.content.length,
    path,
    expireIn: query.get('expire_in'),
  });
  answer(response, 201, {});
}

/** The job's archive; reports cannot be downloaded by other jobs. */
export function sendArtifact(response: ServerResponse, job: RemoteJob): void {
  const archive = job.artifacts.findLast((artifact) => artifact.type === 'archive');
  if (!archive) {
    answer(response, 404, { message: '404 Not found' });
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': archive.bytes });
  createReadStream(archive.path).pipe(response);
}

/** The part of a multipart/form-data body that has a file name. */
function readFormFile(
  body: Buffer,
  contentType: string,
): { readonly name: string; readonly content: Buffer } | null {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  const headEnd = body.indexOf('\r\n\r\n');
  if (boundary === undefined || headEnd === -1) return null;
  const name = /filename="([^"]*)"/.exec(body.subarray(0, headEnd).toString('utf8'))?.[1];
  const end = body.indexOf(`\r\n--${boundary}`, headEnd);
  if (name === undefined || end === -1) return null;
  return { name: basename(name), content: body.subarray(headEnd + 4, end) };
}
