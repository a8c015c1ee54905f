// Runs a command in a container over one WebSocket, as `kubectl exec` does. A broken connection is a result here, not an error:
// the caller knows how to come back.

import type { WebSocket } from 'ws';
import { plainLine } from '../../../text/plain-text.ts';
import type { Cluster, ExecOptions, ExecResult } from '../../cluster.ts';
import { type ApiCall, namespacedPath } from '../api-call.ts';
import type { ApiClient, Upgrade } from '../api-client.ts';
import { errorMessage } from '../api-failure.ts';
import type { Identity } from '../connection/credentials.ts';
import { lost } from './await-end.ts';
import { openSocket, runExec } from './exec-connection.ts';

export function execMethod(client: ApiClient): Cluster['exec'] {
  return async (options) => {
    const { end, identity } = await connectAndExec(client, options);
    // Nothing was sent to the command yet: a token that has just expired is renewed, once.
    const isUnknown = end.kind === 'refused' && end.httpStatus === 401;
    return isUnknown && identity ? (await connectAndExec(client, options, identity)).end : end;
  };
}

interface Executed {
  readonly end: ExecResult;
  /** Absent: nobody was asked. */
  readonly identity?: Identity;
}

/** @param refused who got a 401 */
async function connectAndExec(
  client: ApiClient,
  options: ExecOptions,
  refused?: Identity,
): Promise<Executed> {
  if (options.signal?.aborted) return { end: lost('ended before it began') };
  let socket: WebSocket;
  let upgrade: Upgrade;
  try {
    upgrade = await client.upgrade(execCall(client.namespace, options), refused);
    socket = openSocket(upgrade, client.limits);
  } catch (error) {
    // No token, or a certificate that TLS cannot use: the caller's next GET says so in a failure of its own.
    return { end: lost(plainLine(errorMessage(error))) };
  }
  return { end: await runExec(socket, options, client.limits), identity: upgrade.identity };
}

function execCall(namespace: string, { pod, container, command }: ExecOptions): ApiCall {
  return {
    verb: 'create',
    resource: 'pods/exec',
    name: pod,
    path: namespacedPath(namespace, 'pods', pod, 'exec'),
    query: { container, command, stdin: 'true', stdout: 'true', stderr: 'true' },
  };
}
