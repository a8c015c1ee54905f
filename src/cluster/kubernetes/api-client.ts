// Calls to one API server: our identity in each, one connection for all, repeated where that is safe, failures in words.
import type { IncomingMessage } from 'node:http';
import type { Agent } from 'node:https';
import type { SystemFailure } from '../../outcome/system-failure.ts';
import type { CallOptions, Connection } from '../cluster.ts';
import { type ApiCall, contentTypeOf, methodOf, targetOf } from './api-call.ts';
import { explainApiFailure } from './api-failure.ts';
import { ApiRefusal, readRefusal } from './api-refusal.ts';
import type { AgentKeeper } from './connection/agent-keeper.ts';
import type { Identity, IdentitySource } from './connection/credentials.ts';
import { readBody, sendRequest } from './https-transport.ts';
import type { Limits } from './limits.ts';
import { withRetries } from './retry.ts';

/** Lists of pods are the longest: 50 kB each, and a namespace has some thousands at most. */
const maxResponseBytes = 256 * 1024 * 1024;
/** A refusal's text is for people. */
const maxRefusalBytes = 64 * 1024;

export interface ApiCallOptions extends CallOptions {
  /** Called with each request, before it is sent. */
  readonly onTry?: () => void;
}

export interface ApiClient {
  readonly namespace: string;
  readonly limits: Limits;
  /** The answer's JSON. @throws SystemFailure */
  call(call: ApiCall, options?: ApiCallOptions): Promise<unknown>;
  /** One answer read by `read`, retried as a whole. @throws SystemFailure */
  callAndRead<T>(
    call: ApiCall,
    read: (answer: IncomingMessage) => Promise<T>,
    options?: ApiCallOptions,
  ): Promise<T>;
  /** The head of a long answer, asked for once. @throws ApiRefusal, or the transport's error */
  open(call: ApiCall, signal: AbortSignal): Promise<IncomingMessage>;
  /** Address, agent and headers for a WebSocket. @param refused who got a 401 */
  upgrade(call: ApiCall, refused?: Identity): Promise<Upgrade>;
  /** As people read it. */
  explain(error: unknown, call: ApiCall): SystemFailure;
  close(): void;
}

export interface Upgrade {
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly identity: Identity;
}

export interface ApiClientParts {
  readonly source: IdentitySource;
  readonly agents: AgentKeeper;
  readonly limits: Limits;
}

export function openApiClient(connection: Connection, { source, agents, limits }: ApiClientParts): ApiClient {
  const base = new URL(connection.server);
  const prefix = base.pathname.replace(/\/+$/, '');
  const addressOf = (call: ApiCall): URL => new URL(prefix + targetOf(call), base);

  const send = async (call: ApiCall, identity: Identity, signal: AbortSignal): Promise<IncomingMessage> => {
    const answer = await sendRequest({
      url: addressOf(call),
      agent: await agents.agentFor(identity),
      method: methodOf(call),
      headers: headersOf(call, identity),
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      connectMilliseconds: limits.connectMilliseconds,
      answerMilliseconds: limits.callMilliseconds,
      signal,
    });
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    throw readRefusal(status, await readBody(answer, maxRefusalBytes), answer.headers['retry-after']);
  };

  const open = async (call: ApiCall, signal: AbortSignal): Promise<IncomingMessage> => {
    const identity = await source.current();
    try {
      return await send(call, identity, signal);
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.status !== 401) throw error;
      return send(call, await source.renew(identity), signal);
    }
  };

  const explain = (error: unknown, call: ApiCall): SystemFailure =>
    explainApiFailure(error, call, { server: agents.route(), namespace: connection.namespace });

  const callAndRead: ApiClient['callAndRead'] = async (call, read, { signal: outer, onTry } = {}) => {
    const deadline = AbortSignal.timeout(limits.callMilliseconds);
    const signal = outer ? AbortSignal.any([outer, deadline]) : deadline;
    try {
      const attempt = async () => {
        onTry?.();
        return read(await open(call, signal));
      };
      return await withRetries(attempt, {
        isCreation: call.verb === 'create',
        pauseMilliseconds: limits.pauseMilliseconds,
        signal,
      });
    } catch (error) {
      outer?.throwIfAborted();
      const isLate = deadline.aborted && !(error instanceof ApiRefusal);
      throw explain(isLate ? new Error(`no answer within ${limits.callMilliseconds / 1000} s`) : error, call);
    }
  };

  return {
    namespace: connection.namespace,
    limits,
    callAndRead,
    call: (call, options) => callAndRead(call, readJson, options),
    open,
    upgrade: async (call, refused) => {
      const identity = await (refused ? source.renew(refused) : source.current());
      return {
        identity,
        url: addressOf(call),
        agent: await agents.agentFor(identity),
        headers: authorization(identity),
      };
    },
    explain,
    close: () => agents.close(),
  };
}

async function readJson(answer: IncomingMessage): Promise<unknown> {
  const text = await readBody(answer, maxResponseBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiRefusal('the answer is not JSON', {
      status: answer.statusCode ?? 0,
      reason: '',
      causes: [],
      retryAfterSeconds: null,
    });
  }
}

function headersOf(call: ApiCall, identity: Identity): Record<string, string> {
  return {
    Accept: call.accept ?? 'application/json',
    ...(call.body !== undefined && { 'Content-Type': contentTypeOf(call) }),
    ...authorization(identity),
  };
}

function authorization({ token }: Identity): Record<string, string> {
  return {
    'User-Agent': 'gitlab-pod-executor',
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
}
