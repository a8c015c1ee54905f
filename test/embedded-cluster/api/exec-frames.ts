// The channel protocol of exec over WebSocket (apimachinery: pkg/util/remotecommand): first byte of a frame = channel.
import type { StartFailure } from '../sandbox/sandbox.ts';

export const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** v5 = v4 and a way to say that stdin is at its end. */
export type ExecProtocol = 'v5.channel.k8s.io' | 'v4.channel.k8s.io';

export const frame = (to: number, data: Uint8Array): Buffer => Buffer.concat([Buffer.from([to]), data]);

/** `metadata` comes from the translation that v5 means; on v4 the runtime's own words are passed through. */
export function statusFrame(outcome: number | StartFailure, protocol: ExecProtocol): Buffer {
  const metadata = protocol === 'v5.channel.k8s.io' ? { metadata: {} } : {};
  return frame(channel.status, Buffer.from(JSON.stringify({ ...metadata, ...outcomeOf(outcome) })));
}

function outcomeOf(outcome: number | StartFailure): object {
  if (outcome === 0) return { status: 'Success' };
  if (typeof outcome === 'number') {
    return {
      status: 'Failure',
      message: `command terminated with non-zero exit code: command terminated with exit code ${outcome}`,
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(outcome) }] },
    };
  }
  const message = `error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: ${outcome.message}`;
  return {
    status: 'Failure',
    message: `Internal error occurred: Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message: `Internal error occurred: ${message}` }] },
    code: 500,
  };
}
