// The GitLab that jobs see: git over HTTP, the artifacts endpoint, the shared cache, and the jobs themselves.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { TLSSocket } from 'node:tls';
import type { StoredCache } from '../result.ts';
import { answer } from './answer.ts';
import { receiveArtifact, sendArtifact } from './artifacts-endpoint.ts';
import { buildPayload, pipelineOf } from './build-payload.ts';
import { listCaches, serveCache } from './cache-endpoint.ts';
import { dotenvVariables } from './dotenv.ts';
import { serveGit } from './git-backend.ts';
import type { JobDefinition } from './job-definition.ts';
import { answerLfsBatch, sendLfsObject } from './lfs-endpoint.ts';
import { servePage } from './pages.ts';
import { presignedFault, type S3Key } from './presigned-url.ts';
import { createRemoteJob, type RemoteJob } from './remote-job.ts';
import { routeRunner } from './runner-endpoints.ts';

export interface ModelGitLab {
  /** As jobs and runner reach it. */
  readonly url: string;
  /** Of the shared cache: its URLs are pre-signed with it. */
  readonly s3Key: S3Key;
  /** Of the private authority that its certificate is from; absent: it speaks HTTP. */
  readonly certificateAuthorityPem?: string;
  /** Every job that it has handed out. */
  readonly jobs: readonly RemoteJob[];
  createJob(definition: JobDefinition): RemoteJob;
  /** Creates a job that a real runner may ask for; it has no other way to the final state. */
  queueJob(definition: JobDefinition): RemoteJob;
  /** Of the shared cache, for one project. */
  caches(projectId: number): readonly StoredCache[];
  close(): Promise<void>;
}

export interface ModelGitLabOptions {
  /** Artifacts and caches are kept in a new directory in it; files in `pages` are served at /pages/. */
  readonly dataDir: string;
  /** Default: loopback. An address that a real cluster's pods reach makes it open to them. */
  readonly address?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** It speaks HTTPS. */
  readonly identity?: {
    readonly certificateAuthorityPem: string;
    readonly certificatePem: string;
    readonly privateKeyPem: string;
  };
}

const firstJobId = 1001;

export async function startModelGitLab(options: ModelGitLabOptions): Promise<ModelGitLab> {
  const { dataDir, address = '127.0.0.1', port = 0, identity } = options;
  const secret = (bytes: number): string => randomBytes(bytes).toString('hex');
  const s3Key = { accessKeyId: secret(8), secretAccessKey: secret(16) };
  mkdirSync(dataDir, { recursive: true });
  // Nobody can know its name: a test's own directory called `cache` is another.
  const keepDir = mkdtempSync(join(dataDir, 'kept-'));
  const kept = { jobs: [], queue: [], repositories: new Map() };
  const state: State = { dataDir, keepDir, s3Key, ...kept };
  const listener: RequestListener = (request, response) => {
    // GitLab gives each request a correlation id; the helper's log lines show it.
    response.setHeader('x-request-id', randomBytes(8).toString('hex'));
    route(state, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer(response, 500, { message: String(error) });
    });
  };
  const server = identity
    ? createSecureServer({ key: identity.privateKeyPem, cert: identity.certificatePem }, listener)
    : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const url = `${identity ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${actual}`;
  return {
    url,
    s3Key,
    ...(identity && { certificateAuthorityPem: identity.certificateAuthorityPem }),
    jobs: state.jobs,
    createJob: (definition) => createJob(state, url, definition),
    queueJob(definition) {
      const job = createJob(state, url, definition);
      state.queue.push(job);
      return job;
    },
    caches: (projectId) => listCaches(cacheDirectory(state, projectId)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface State {
  readonly dataDir: string;
  readonly keepDir: string;
  readonly s3Key: S3Key;
  readonly jobs: RemoteJob[];
  /** Waiting for a runner. */
  readonly queue: RemoteJob[];
  /** Project path → git directory. */
  readonly repositories: Map<string, string>;
}

function createJob(state: State, url: string, definition: JobDefinition): RemoteJob {
  const earlier = wantedJobs(state, definition);
  const payload = buildPayload(definition, {
    id: definition.id ?? firstJobId + state.jobs.length,
    token: `glcbt-64_${randomBytes(10).toString('hex')}`,
    gitlabUrl: url,
    dependencies: earlier.flatMap(dependencyOf),
    dependencyVariables: earlier.flatMap(({ artifacts }) => dotenvVariables(artifacts)),
    serve(project, gitDirectory) {
      if (gitDirectory !== null) state.repositories.set(project, gitDirectory);
      return `/${project}.git`;
    },
  });
  const job = createRemoteJob(definition, payload);
  state.jobs.push(job);
  return job;
}

/** The named ones of the same pipeline, or all of earlier stages; of one that was retried the last. */
function wantedJobs(state: State, definition: JobDefinition): readonly RemoteJob[] {
  const stages = definition.stages ?? [];
  const own = stages.indexOf(definition.stage ?? 'test');
  const isWanted = ({ definition: other }: RemoteJob): boolean =>
    pipelineOf(other) === pipelineOf(definition) &&
    (definition.dependencies?.includes(other.name) ?? stages.indexOf(other.stage ?? 'test') < own);
  const wanted = state.jobs.filter(isWanted);
  return [...new Map(wanted.map((job) => [job.definition.name, job])).values()];
}

/** Only a job with an archive has anything to download. */
function dependencyOf({ definition: { name }, payload: { id, token }, artifacts }: RemoteJob) {
  const archive = artifacts.findLast((artifact) => artifact.type === 'archive');
  if (!archive) return [];
  return [{ id, token, name, artifacts_file: { filename: archive.name, size: archive.bytes } }];
}

const gitPath =
  /^\/(.+)\.git(\/info\/refs|\/git-upload-pack|\/info\/lfs\/objects\/batch|\/gitlab-lfs\/objects\/\w+)$/;

async function route(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://gitlab');
  const [, project, service] = gitPath.exec(url.pathname) ?? [];
  if (project !== undefined && service !== undefined) {
    await routeGit(state, { request, response, project, service, query: url.search.slice(1) });
    return;
  }
  const [, id, authorize] = /^\/api\/v4\/jobs\/(\d+)\/artifacts(\/authorize)?$/.exec(url.pathname) ?? [];
  if (id !== undefined) {
    const job = state.jobs.find(({ payload }) => payload.id === Number(id));
    await routeArtifacts(state, { request, response, job, authorize: authorize !== undefined, url });
    return;
  }
  const [, projectId, key] = /^\/cache\/project\/(\d+)\/(.+)$/.exec(url.pathname) ?? [];
  if (projectId !== undefined && key !== undefined) {
    const { method = '', headers } = request;
    const fault = presignedFault({ method, headers }, url, { key: state.s3Key });
    if (fault !== null) {
      answer(response, 403, { message: fault });
      return;
    }
    const directory = cacheDirectory(state, Number(projectId));
    // The URL was normalised: no `..` is left in it, and an encoded slash stays encoded.
    await serveCache(request, response, join(directory, key));
    return;
  }
  if (await routeRunner(state, request, response, url.pathname)) return;
  const [, page] = /^\/pages\/(.*)$/.exec(url.pathname) ?? [];
  if (page !== undefined) {
    servePage(response, join(state.dataDir, 'pages'), page);
    return;
  }
  answer(response, 404, { message: '404 Not Found' });
}

interface GitRoute {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly project: string;
  readonly service: string;
  readonly query: string;
}

async function routeGit(state: State, route: GitRoute): Promise<void> {
  const { request, response, project, service, query } = route;
  const given = Buffer.from(request.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
  const [user, token] = given.split(':');
  const isKnown = state.jobs.some(({ payload }) => payload.token === token);
  const gitDirectory = state.repositories.get(project);
  if (user !== 'gitlab-ci-token' || !isKnown) {
    const challenge = { 'www-authenticate': 'Basic realm="GitLab"' };
    answer(response, 401, { message: 'HTTP Basic: Access denied' }, challenge);
  } else if (gitDirectory === undefined) {
    answer(response, 404, { message: '404 Project Not Found' });
  } else if (service.includes('lfs')) {
    const scheme = request.socket instanceof TLSSocket ? 'https' : 'http';
    const place = { gitDirectory, url: `${scheme}://${request.headers.host ?? ''}/${project}.git` };
    if (service.endsWith('/batch')) await answerLfsBatch(request, response, place);
    else sendLfsObject(response, place, basename(service));
  } else {
    serveGit(request, response, { gitDirectory, service, query });
  }
}

interface ArtifactsRoute {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly job: RemoteJob | undefined;
  readonly authorize: boolean;
  readonly url: URL;
}

/** The job's own token, in the header that GitLab's helper uses. */
async function routeArtifacts(state: State, route: ArtifactsRoute): Promise<void> {
  const { request, response, job, url } = route;
  if (!job) {
    answer(response, 404, { message: '404 Not Found' });
    return;
  }
  if (request.headers['job-token'] !== job.payload.token) {
    answer(response, 403, { message: '403 Forbidden' });
    return;
  }
  if (request.method === 'GET') {
    sendArtifact(response, job);
    return;
  }
  if (request.method !== 'POST') {
    answer(response, 405, { message: '405 Method Not Allowed' });
    return;
  }
  if (route.authorize) {
    answer(response, 200, {});
    return;
  }
  const directory = join(state.keepDir, 'artifacts');
  await receiveArtifact(request, response, { job, query: url.searchParams, directory });
}

function cacheDirectory(state: State, projectId: number): string {
  return join(state.keepDir, 'cache', String(projectId));
}
