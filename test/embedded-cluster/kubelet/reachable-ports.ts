// The one way out of a pod: chosen ports of the host's loopback, at 127.0.0.1 inside. A listening socket is opened in the pod's
// network namespace by a short-lived process and handed over to the server, which connects to the host for it.
import { spawn } from 'node:child_process';
import { connect, Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface Reachable {
  readonly hostPort: number;
  /** Default: the same. */
  readonly podPort?: number;
}

const opener = fileURLToPath(new URL('./open-port-in-pod.ts', import.meta.url));

/** Returns how to close them. */
export async function openReachablePorts(
  ports: readonly Reachable[],
  pod: { readonly namespacePid: number; readonly signal: AbortSignal },
): Promise<() => void> {
  const stops = await Promise.all(ports.map((port) => openOne(port, pod)));
  return () => {
    for (const stop of stops) stop();
  };
}

async function openOne(
  { hostPort, podPort = hostPort }: Reachable,
  { namespacePid, signal }: { readonly namespacePid: number; readonly signal: AbortSignal },
): Promise<() => void> {
  const child = spawn(
    'nsenter',
    [`--net=/proc/${namespacePid}/ns/net`, process.execPath, opener, String(podPort)],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], signal },
  );
  const server = await new Promise<Server>((resolve, reject) => {
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.once('message', (_message, handle) => {
      if (handle instanceof Server) resolve(handle);
    });
    child.once('error', reject);
    // Not `exit`: on a busy machine that comes before the message that the child sent.
    child.once('close', () => reject(new Error(`Cannot open port ${podPort} in the pod: ${complaint}`)));
  });
  const sockets = new Set<Socket>();
  server.on('connection', (inside: Socket) => {
    const outside = connect({ host: '127.0.0.1', port: hostPort });
    for (const [socket, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}
