import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { finish } from './exec-peer.ts';
import { startFakeServer } from './fake-api-server.ts';
import { temporaryDirectory, undoAfterEach } from './undo.ts';

const undo = undoAfterEach();
const mebibyte = 1024 * 1024;
/** What one sub-stage may take on a runner that runs many: an empty Node's 45, and some 60 of spent chunks that V8 lets gather. */
const maxMebibytes = 150;
/** Far more than the limit. EXEC_MEMORY_MIB tries another size; 1024 gives the same result. */
const size = Number(process.env['EXEC_MEMORY_MIB'] ?? 256) * mebibyte;

/** Built, as people run it: no TypeScript compiler stands in the memory that is measured. */
async function bundleChild(): Promise<string> {
  const outfile = join(temporaryDirectory(undo), 'child.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'exec-memory-child.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    minify: true,
    external: ['bufferutil', 'utf-8-validate', '*/kubeconfig-credentials.ts'],
  });
  return outfile;
}

async function runChild(direction: string, server: { readonly connection: object }) {
  const child = await bundleChild();
  const { stdout } = await execa(process.execPath, [
    child,
    direction,
    `${size}`,
    JSON.stringify(server.connection),
  ]);
  return JSON.parse(stdout) as { end: object; received: number; peakKiB: number };
}

describe('the memory of an exec', () => {
  // @promise log: a slow reader of 1 GiB, a slow command with 250 MiB of stdin — below 150 MiB of memory
  it('the memory of an exec stays the same however much a command prints to a slow reader', async () => {
    const server = await startFakeServer({ exec: (peer) => void printTo(peer, size) });
    undo(() => server.close());

    const { end, received, peakKiB } = await runChild('stdout', server);

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(received).toBe(size);
    expect(peakKiB / 1024).toBeLessThan(maxMebibytes);
  });

  // @promise log: a slow reader of 1 GiB, a slow command with 250 MiB of stdin
  it('the memory of an exec stays the same however much stdin a slow command is sent', async () => {
    let taken = 0;
    const server = await startFakeServer({
      exec: (peer) => {
        peer.on('message', (data: Buffer) => {
          if (data[0] === 255) return finish(peer);
          const before = Math.floor(taken / (32 * mebibyte));
          taken += data.byteLength - 1;
          if (Math.floor(taken / (32 * mebibyte)) === before) return;
          peer.pause();
          setTimeout(() => peer.resume(), 200);
        });
      },
    });
    undo(() => server.close());

    const { end, peakKiB } = await runChild('stdin', server);

    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(taken).toBe(size);
    expect(peakKiB / 1024).toBeLessThan(maxMebibytes);
  });
});

/** As fast as the connection takes it. */
async function printTo(peer: WebSocket, bytes: number): Promise<void> {
  const frame = Buffer.alloc(32 * 1024 + 1, 'x');
  frame[0] = 1;
  for (let sent = 0; sent < bytes; sent += frame.byteLength - 1) {
    peer.send(frame);
    while (peer.bufferedAmount > 4 * mebibyte) await sleep(1);
  }
  finish(peer);
}
