// The server's side of an exec, in words: what a test lets the API server send.
import type { WebSocket } from 'ws';
import type { ExecOptions } from '../../../src/cluster/cluster.ts';

export function send(peer: WebSocket, channel: number, data: string | Uint8Array = ''): void {
  peer.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]));
}

export const success = { metadata: {}, status: 'Success' };

export function exitStatus(code: number | string): object {
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: `${code}` }] },
  };
}

/** The status, and the good-bye that follows it. */
export function finish(peer: WebSocket, status: object = success): void {
  send(peer, 3, JSON.stringify(status));
  peer.close(1000);
}

export interface Heard {
  stdout: string;
  stderr: string;
}

/** An exec whose output is kept as text. */
export function listening(request: Partial<ExecOptions> = {}): { request: ExecOptions; heard: Heard } {
  const heard: Heard = { stdout: '', stderr: '' };
  return {
    heard,
    request: {
      pod: 'job-1',
      container: 'build',
      command: ['sh'],
      stdin: new Uint8Array(),
      stdout: (bytes) => {
        heard.stdout += Buffer.from(bytes).toString('latin1');
        return undefined;
      },
      stderr: (bytes) => {
        heard.stderr += Buffer.from(bytes).toString('latin1');
        return undefined;
      },
      ...request,
    },
  };
}
