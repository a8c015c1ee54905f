// One exec connection, from the upgrade to its end. It settles after every received byte went through its sink.
import { WebSocket } from 'ws';
import type { ExecOptions, ExecResult } from '../../cluster.ts';
import type { Upgrade } from '../api-client.ts';
import { chunksUntil } from '../connection/chunks-until.ts';
import { limitConnect } from '../https-transport.ts';
import type { Limits } from '../limits.ts';
import { awaitEnd, lost } from './await-end.ts';
import { sendInput } from './exec-input.ts';
import { openOutput } from './exec-output.ts';
import { openStatusChannel } from './exec-status.ts';
import { startHeartbeat } from './heartbeat.ts';

const stdoutChannel = 1;
const stderrChannel = 2;
const statusChannel = 3;
/**
 * v5: an API server of 1.30 or newer, which sends the status after all output. v4: older ones, where stdin cannot end and output
 * may follow the status.
 */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
/** On v4: how long output may follow the status, unless the server closes before. */
const lateOutputMilliseconds = 1000;
/** How long the server may take to say good-bye. */
const goodbyeMilliseconds = 1000;
/** Servers send 32 KiB at once. */
const maxFrameBytes = 16 * 1024 * 1024;

/** @param socket has just been made: none of its events has fired yet. @throws only what a sink or the source of stdin throws */
export async function runExec(socket: WebSocket, options: ExecOptions, limits: Limits): Promise<ExecResult> {
  const { signal } = options;
  const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
  const status = openStatusChannel();
  const sinks = {
    [stdoutChannel]: options.stdout,
    [stderrChannel]: options.stderr,
    [statusChannel]: (bytes: Uint8Array): undefined => {
      status.onData(bytes);
      if (status.isComplete()) endSoon(socket, () => resolve(lost('closed')));
    },
  };
  const output = openOutput(socket, sinks, () => resolve(lost('its output is not taken any more')));
  const heartbeat = startHeartbeat(socket, {
    pingMilliseconds: limits.pingMilliseconds,
    isHeld: output.isHeld,
    onUnresponsive: () => resolve(lost('the API server does not answer any more')),
  });
  const over = new AbortController();
  socket.on('open', () => {
    sendInput(socket, chunksUntil(over.signal, options.stdin), heartbeat.sent).then(heartbeat.ask, reject);
  });
  socket.on('message', (data, isBinary) => {
    heartbeat.received();
    if (isBinary) output.receive(data as Buffer);
  });
  const abort = (): void => resolve(lost('ended by the caller'));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  void awaitEnd(socket, limits).then(resolve);
  try {
    const end = await promise;
    await output.finish();
    return status.end() ?? end;
  } finally {
    signal?.removeEventListener('abort', abort);
    over.abort();
    heartbeat.stop();
    closeSocket(socket, status.isComplete());
  }
}

/** After a status: at once, unless this server may still send output. */
function endSoon(socket: WebSocket, end: () => void): void {
  if (socket.protocol === protocols[0]) end();
  else setTimeout(end, lateOutputMilliseconds).unref();
}

/** @throws when TLS cannot use our certificate */
export function openSocket({ url, agent, headers }: Upgrade, limits: Limits): WebSocket {
  return new WebSocket(url, protocols, {
    agent,
    headers,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    finishRequest: (sent) => {
      limitConnect(sent, limits.connectMilliseconds);
      sent.end();
    },
  });
}

/** A connection that is done is closed in good order; any other is cut, so that the server notices. */
function closeSocket(socket: WebSocket, isDone: boolean): void {
  if (!isDone || socket.readyState === socket.CONNECTING) {
    socket.terminate();
    return;
  }
  socket.close(1000);
  const cut = setTimeout(() => socket.terminate(), goodbyeMilliseconds).unref();
  socket.once('close', () => clearTimeout(cut));
}
