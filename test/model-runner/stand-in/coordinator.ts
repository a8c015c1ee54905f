// Speaks to GitLab's artifacts endpoint as the helper does, and says how it went.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Flags } from './flags.ts';
import { log, StandInFailure } from './log.ts';

export interface Coordinator {
  readonly id: number;
  readonly token: string;
  readonly artifactsUrl: string;
}

/** May pass: tried again. */
export class PassingFailure extends StandInFailure {}

const tries = 3;
const firstPauseMs = 1000;
const shortTokenLength = 9;

export function coordinatorFrom(flags: Flags): Coordinator {
  const id = Number(flags.one('id'));
  const token = flags.one('token');
  const url = flags.one('url');
  if (url === '' || token === '') throw new StandInFailure('Missing runner credentials');
  if (!(id > 0)) throw new StandInFailure('Missing build ID');
  return { id, token, artifactsUrl: `${url.replace(/\/+$/, '')}/api/v4/jobs/${id}/artifacts` };
}

/** One request, and its line in the log. @throws when GitLab did not take or give it. */
export async function say(
  coordinator: Coordinator,
  message: string,
  request: () => Promise<Response>,
): Promise<Response> {
  const token = coordinator.token.replace(/^glcbt-/, '').slice(0, shortTokenLength);
  const fields = { id: coordinator.id, token };
  const response = await request().catch((error: unknown) => {
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    log.error(`${message} error`, { ...fields, error: reason });
    throw new PassingFailure(reason);
  });
  const status = `${response.status} ${response.statusText}`;
  const detail = {
    ...fields,
    correlation_id: response.headers.get('x-request-id') ?? '',
    status_code: response.status,
  };
  if (response.ok) {
    log.info(`${message} ${response.status === 200 ? 'ok' : status}`, detail);
    return response;
  }
  log.error(`${message} ${status}`, { ...detail, status: response.status });
  if (response.status === 403 || response.status === 401) throw new StandInFailure('permission denied');
  if (response.status === 404) throw new StandInFailure('file does not exist');
  if (response.status === 413) throw new StandInFailure('too large');
  throw new PassingFailure(status);
}

export async function retry(context: string, work: () => Promise<void>): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof PassingFailure) || count >= tries) throw error;
      log.warn('Retrying...', { context, error: error.message });
      await sleep(firstPauseMs * 2 ** (count - 1));
    }
  }
}
