// git over HTTP, read only, by git's own `http-backend`; asks for the token of a running job as GitLab does.
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';

export interface GitRequest {
  readonly gitDirectory: string;
  /** `/info/refs` or `/git-upload-pack`. */
  readonly service: string;
  readonly query: string;
}

/** The longest head of a CGI answer that is waited for. */
const maxHeadBytes = 64 * 1024;

export function serveGit(request: IncomingMessage, response: ServerResponse, git: GitRequest): void {
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], ...cgiEnvironment(request, git), ...gitSettings },
  });
  request.pipe(backend.stdin);
  // The backend may end before it has read everything.
  backend.stdin.on('error', () => undefined);
  response.on('close', () => backend.kill());
  let head = Buffer.alloc(0);
  backend.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) {
      if (!response.write(chunk)) pauseUntilDrained(backend.stdout, response);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) {
      if (head.length > maxHeadBytes) response.destroy();
      return;
    }
    writeHead(response, head.subarray(0, end).toString('latin1'));
    response.write(head.subarray(end + 4));
  });
  backend.stdout.on('end', () => {
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
}

/** A job names its commit by its sha, which need not be the tip of a branch. */
const gitSettings = {
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
  GIT_CONFIG_KEY_1: 'uploadpack.allowAnySHA1InWant',
  GIT_CONFIG_VALUE_1: 'true',
};

function cgiEnvironment(request: IncomingMessage, git: GitRequest): NodeJS.ProcessEnv {
  const header = (name: string) => String(request.headers[name] ?? '');
  return {
    GIT_PROJECT_ROOT: dirname(git.gitDirectory),
    PATH_INFO: `${git.gitDirectory.slice(dirname(git.gitDirectory).length)}${git.service}`,
    GIT_HTTP_EXPORT_ALL: '1',
    QUERY_STRING: git.query,
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: header('content-length'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
  };
}

function writeHead(response: ServerResponse, head: string): void {
  const headers = head.split('\r\n').map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
  });
  const status = headers.find(([name]) => name === 'status')?.[1];
  for (const [name, value] of headers) if (name !== 'status') response.setHeader(name, value);
  response.writeHead(status === undefined ? 200 : Number.parseInt(status, 10));
}

function pauseUntilDrained(source: NodeJS.ReadableStream, response: ServerResponse): void {
  source.pause();
  response.once('drain', () => source.resume());
}
