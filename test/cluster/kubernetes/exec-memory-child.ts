// One exec in a process of its own, which tells how much memory it took: `stdout` reads to a slow sink, `stdin` sends BYTES.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../../src/cluster/cluster.ts';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';

const [direction = '', size = '', connection = ''] = process.argv.slice(2);
const bytes = Number(size);
/** Now and then the reader stands still, so that the server gets far ahead if it may. */
const pauseEvery = 32 * 1024 * 1024;
const pauseMilliseconds = 200;

let received = 0;
let untilPause = 1;

async function slowSink(chunk: Uint8Array): Promise<void> {
  received += chunk.byteLength;
  untilPause -= chunk.byteLength;
  if (untilPause > 0) return;
  untilPause = pauseEvery;
  await sleep(pauseMilliseconds);
}

async function* source(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  for (let sent = 0; sent < bytes; sent += chunk.byteLength) yield chunk;
}

async function main(): Promise<void> {
  const cluster = connect(JSON.parse(connection) as Connection, { env: {} });
  const end = await cluster.exec({
    pod: 'job-1',
    container: 'build',
    command: [direction, size],
    stdin: direction === 'stdin' ? source() : new Uint8Array(),
    stdout: slowSink,
    stderr: () => undefined,
  });
  cluster.close();
  // Not resourceUsage().maxRSS: that remembers the size of the process that started this one.
  const peakKiB = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  process.stdout.write(JSON.stringify({ end, received, peakKiB }));
}

void main();
