// What a real GitLab Runner asks: a job, a place for its log, and who wants to know how it ended (GitLab: lib/api/ci/runner.rb).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import { answer } from './answer.ts';
import type { RemoteJob } from './remote-job.ts';

/** Seconds; the runner takes no less. */
const traceUpdateInterval = 1;

/** @returns false: the path is none of these */
export async function routeRunner(
  gitlab: { readonly jobs: readonly RemoteJob[]; readonly queue: RemoteJob[] },
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  const route = `${request.method} ${path.replace('/api/v4', '')}`;
  if (route === 'POST /jobs/request') {
    await buffer(request);
    const job = gitlab.queue.shift();
    if (job) answer(response, 201, job.payload);
    else response.writeHead(204).end();
    return true;
  }
  const [, method, id] = /^(PUT|PATCH) \/jobs\/(\d+)(?:\/trace)?$/.exec(route) ?? [];
  const job = gitlab.jobs.find(({ payload }) => payload.id === Number(id));
  if (!job) return false;
  if (method === 'PUT') await receiveState(request, response, job);
  else await receiveTrace(request, response, job);
  return true;
}

interface ReportedState {
  readonly token: string;
  readonly state: 'running' | 'success' | 'failed';
  readonly failure_reason?: string;
  readonly exit_code?: number;
}

async function receiveState(
  request: IncomingMessage,
  response: ServerResponse,
  job: RemoteJob,
): Promise<void> {
  const { token, state, failure_reason: reason, exit_code: code } = (await json(request)) as ReportedState;
  if (token !== job.payload.token) {
    answer(response, 403, { message: '403 Forbidden' });
    return;
  }
  if (state !== 'running') {
    job.finish({ state, failureReason: reason || null, exitCode: code ?? null });
  }
  answer(response, 200, null, statusHeaders(job));
}

/** A part that does not follow on what is there is asked for again. */
async function receiveTrace(
  request: IncomingMessage,
  response: ServerResponse,
  job: RemoteJob,
): Promise<void> {
  const content = await buffer(request);
  if (request.headers['job-token'] !== job.payload.token) {
    answer(response, 403, { message: '403 Forbidden' });
    return;
  }
  const received = () => ({ range: `0-${job.traceBytes()}`, ...statusHeaders(job) });
  if (Number.parseInt(request.headers['content-range'] ?? '0', 10) !== job.traceBytes()) {
    answer(response, 416, null, received());
    return;
  }
  job.append(content);
  answer(response, 202, null, received());
}

function statusHeaders(job: RemoteJob): Readonly<Record<string, string>> {
  return { 'job-status': job.status, 'x-gitlab-trace-update-interval': String(traceUpdateInterval) };
}
