// Runs a command in a container over one WebSocket, as `kubectl exec` does. A broken connection is a result here, not an error:
// the caller knows how to come back.

import type { WebSocket } from 'ws';
import { plainLine } from '../../../text/plain-text.ts';
import type { Cluster, ExecOptions, ExecResult } from '../../cluster.ts';
import { type ApiCall, namespacedPath } from '../api-call.ts';
import type { ApiClient } from '../api-client.ts';
import { errorMessage } from '../api-failure.ts';
import { lost } from './await-end.ts';
import { openSocket, runExec } from './exec-connection.ts';

export function execMethod(client: ApiClient): Cluster['exec'] {
  return async (options) => {
    const end = await connectAndExec(client, options, false);
    // Nothing was sent to the command yet: a token that has just expired is renewed, once.
    return end.kind === 'refused' && end.httpStatus === 401 ? connectAndExec(client, options, true) : end;
  };
}

async function connectAndExec(
  client: ApiClient,
  options: ExecOptions,
  renewed: boolean,
): Promise<ExecResult> {
  if (options.signal?.aborted) return lost('ended before it began');
  let socket: WebSocket;
  try {
    const upgrade = await client.upgrade(execCall(client.namespace, options), renewed);
    socket = openSocket(upgrade, client.limits);
  } catch (error) {
    // No token, or a certificate that TLS cannot use: the caller's next GET says so in a failure of its own.
    return lost(plainLine(errorMessage(error)));
  }
  return runExec(socket, options, client.limits);
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
