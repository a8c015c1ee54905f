// Exec for the tests, on the bare protocol.
import { WebSocket } from 'ws';
import type { ExecProtocol } from '../api/exec-frames.ts';
import type { EmbeddedCluster } from '../options.ts';

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** What came on channel 3; null: nothing. */
  readonly status: { readonly status: string; readonly reason?: string; readonly message?: string } | null;
  /** From the status; null: there was none, or no exit code in it. */
  readonly code: number | null;
  readonly closeCode: number;
}

export interface ExecOptions {
  readonly pod: string;
  readonly container: string;
  readonly stdin?: string | Buffer;
  readonly protocol?: ExecProtocol;
}

export interface OpenExec {
  readonly socket: WebSocket;
  readonly result: Promise<ExecResult>;
}

export async function runExec(
  cluster: EmbeddedCluster,
  options: ExecOptions,
  command: readonly string[],
): Promise<ExecResult> {
  return (await openExec(cluster, options, command)).result;
}

/** Resolves when the connection is open. @throws Error with status and body when it is refused */
export function openExec(
  cluster: EmbeddedCluster,
  { pod, container, stdin = '', protocol = 'v5.channel.k8s.io' }: ExecOptions,
  command: readonly string[],
): Promise<OpenExec> {
  const query = new URLSearchParams({ container, stdin: '1', stdout: '1', stderr: '1' });
  for (const word of command) query.append('command', word);
  const url = `${cluster.server.replace('https', 'wss')}/api/v1/namespaces/ci/pods/${pod}/exec?${query.toString()}`;
  const socket = new WebSocket(url, protocol, {
    ca: cluster.certificateAuthorityPem,
    headers: { authorization: `Bearer ${cluster.token}` },
  });
  const result = collect(socket);
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => reject(new Error(`${response.statusCode ?? 0} ${body}`)));
    });
    socket.on('error', reject);
    socket.on('open', () => {
      if (stdin.length > 0) socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(stdin)]));
      if (protocol === 'v5.channel.k8s.io') socket.send(Buffer.from([255, 0]));
      resolve({ socket, result });
    });
  });
}

/** Resolves when the process has printed something: it runs. The empty frame that opens a stream does not count. */
export function firstOutput(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      if (data.length > 1) resolve();
    });
  });
}

function collect(socket: WebSocket): Promise<ExecResult> {
  const channels: Record<number, Buffer[]> = { 1: [], 2: [], 3: [] };
  socket.on('message', (data: Buffer) => channels[data[0] ?? 0]?.push(data.subarray(1)));
  const text = (channel: number): string => Buffer.concat(channels[channel] ?? []).toString('utf8');
  return new Promise((resolve) => {
    socket.on('close', (closeCode) => {
      const status = text(3) === '' ? null : (JSON.parse(text(3)) as StatusFrame);
      resolve({ stdout: text(1), stderr: text(2), status, code: codeOf(status), closeCode });
    });
  });
}

interface StatusFrame {
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message: string }[] };
}

function codeOf(status: StatusFrame | null): number | null {
  if (status?.status === 'Success') return 0;
  const cause = status?.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  return cause ? Number(cause.message) : null;
}
