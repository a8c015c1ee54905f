// What takes long: outages of a minute and of more than is waited for, a log of 1 GiB, 300 broken connections in one script.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ClusterUnderTest,
  executable,
  kubeconfigThrough,
  serverAddress,
  writePolicy,
} from '../cluster/cluster-under-test.ts';
import { type CutProxy, startCutProxy } from '../cluster/cut-proxy.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { JobResult } from '../model-runner/result.ts';
import { newAttempt } from '../process/attempt.ts';
import { leftInTheEnd } from './in-the-cluster.ts';

export interface LongTrial {
  readonly name: string;
  /** @returns null when all is as it must be */
  readonly run: (cluster: ClusterUnderTest, id: number) => Promise<string | null>;
}

export const longTrials: readonly LongTrial[] = [
  // @promise outage: the API server is away for 60 s — followed again when it is back
  { name: 'API server away for 60 s', run: longOutage },
  // @promise outage: the API server is away for longer than `timeouts.reconnect`
  { name: 'API server away for longer than timeouts.reconnect', run: tooLongOutage },
  // @promise leftovers: 300 broken connections in one script — no follower left in the container
  { name: '300 broken connections in one script', run: manyReconnects },
  // @promise log: a slow reader of 1 GiB, a slow command with 250 MiB of stdin
  { name: 'log of 1 GiB to a reader that rests', run: largeLog },
];

const longOutageMs = 60_000;
const reconnectSeconds = 10;
const tooLongOutageMs = 15_000;
const reconnects = 300;
const cutEveryMs = 250;
const largeLogBytes = 1024 ** 3;
const readerRestsMs = 10_000;
const maxResidentBytes = 150 * 1024 ** 2;
const memoryLookMs = 100;
/** The process of a follower that comes while the one before it goes. */
const followersInPassing = 6;

const ticks = (count: number): string =>
  `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "tick $i ä€"; sleep 0.1; done`;

const ticked = (count: number): string =>
  Array.from({ length: count }, (_, index) => `tick ${index + 1} ä€\n`).join('');

/** A job whose connections all go through a proxy of its own. */
async function throughProxy<T>(
  cluster: ClusterUnderTest,
  use: (proxy: CutProxy, kubeconfig: string) => Promise<T>,
): Promise<T> {
  const proxy = await startCutProxy(serverAddress(cluster));
  try {
    return await use(proxy, kubeconfigThrough(cluster, proxy.port));
  } finally {
    await proxy.close();
  }
}

function goAway(proxy: CutProxy, milliseconds: number): void {
  proxy.refuse(true);
  proxy.cut('RST');
  setTimeout(() => proxy.heal(), milliseconds);
}

const said = ({ state, failureReason, exitCode, readableTrace }: JobResult): string =>
  `${state}, ${failureReason}, exit code ${exitCode}:\n${readableTrace}`;

function longOutage(cluster: ClusterUnderTest, id: number): Promise<string | null> {
  return throughProxy(cluster, async (proxy, kubeconfig) => {
    const result = await cluster.run(
      { id, script: [ticks(300), 'exit 9'] },
      {
        kubeconfig,
        policy: { timeouts: { ready: '60s', reconnect: '5m', stop_grace: '3s' } },
        on: [{ trace: /^tick 5 /m, do: () => goAway(proxy, longOutageMs) }],
      },
    );
    const isWhole = result.readableTrace.includes(ticked(300));
    return isWhole && result.exitCode === 9 ? null : said(result);
  });
}

/** The API server comes back while `run` still tries to stop the script, or cleanup to delete its pod. */
function tooLongOutage(cluster: ClusterUnderTest, id: number): Promise<string | null> {
  return throughProxy(cluster, async (proxy, kubeconfig) => {
    const result = await cluster.run(
      { id, script: [ticks(6000)] },
      {
        kubeconfig,
        policy: { timeouts: { ready: '60s', reconnect: `${reconnectSeconds}s`, stop_grace: '1s' } },
        on: [{ trace: /^tick 5 /m, do: () => goAway(proxy, tooLongOutageMs) }],
      },
    );
    const isTold =
      result.state === 'failed' &&
      result.failureReason === 'runner_system_failure' &&
      result.readableTrace.includes('timeouts.reconnect');
    if (!isTold) return said(result);
    const left = await leftInTheEnd(cluster, [id]);
    return left === '' ? null : `the script's pod is still there: ${left}`;
  });
}

function manyReconnects(cluster: ClusterUnderTest, id: number): Promise<string | null> {
  const count = 'set -- /proc/[0-9]*; echo "processes: $#"';
  return throughProxy(cluster, async (proxy, kubeconfig) => {
    const over = new AbortController();
    const begin = (): void => {
      void cutAgainAndAgain(proxy, over.signal).then(() => {
        const [pod = ''] = podsOf(cluster, id);
        if (!over.signal.aborted) kubectl(cluster, 'exec', pod, '-c', 'build', '--', 'touch', '/tmp/enough');
      });
    };
    const result = await cluster.run(
      {
        id,
        script: [
          `${count}; echo begin`,
          'i=0; while [ ! -e /tmp/enough ]; do i=$((i+1)); echo "tick $i ä€"; sleep 0.1; done; sleep 3',
          count,
        ],
      },
      {
        kubeconfig,
        policy: { timeouts: { ready: '60s', reconnect: '5m', stop_grace: '3s' } },
        on: [{ trace: /^begin$/m, do: begin }],
      },
    );
    over.abort();
    const [before = 0, after = Number.POSITIVE_INFINITY] = [
      ...result.readableTrace.matchAll(/^processes: (\d+)$/gm),
    ].map(([, number]) => Number(number));
    const came = result.readableTrace.match(/^tick .*\n/gm) ?? [];
    const isWhole = came.join('') === ticked(came.length);
    if (result.state !== 'success' || !isWhole) return said(result);
    return after <= before + followersInPassing ? null : `${before} processes before, ${after} after`;
  });
}

/** Each connection lives for a moment; without one there is nothing to cut. */
async function cutAgainAndAgain(proxy: CutProxy, over: AbortSignal): Promise<void> {
  for (let done = 0; done < reconnects && !over.aborted; ) {
    await delay(cutEveryMs);
    if (proxy.connections === 0) continue;
    proxy.cut(done % 2 === 0 ? 'FIN' : 'RST');
    done += 1;
  }
}

const podsOf = (cluster: ClusterUnderTest, id: number): string[] =>
  kubectl(
    cluster,
    'get',
    'pods',
    '-l',
    `gitlab-pod-executor/job-id=${id}`,
    '-o',
    'jsonpath={.items[*].metadata.name}',
  ).split(' ');

async function largeLog(cluster: ClusterUnderTest, id: number): Promise<string | null> {
  const directory = mkdtempSync(join(cluster.directory, 'large-'));
  const policy = readFileSync(writePolicy(cluster, directory, { policy: { log_limit: '2Gi' } }), 'utf8');
  const attempt = newAttempt({ directory, policy, job: { id, image: { name: cluster.buildImage } } });
  await attempt.prepare();
  const script = join(attempt.directory, 'script');
  writeFileSync(script, `yes 'a line of a large log, like many others' | head -c ${largeLogBytes}`);
  const { exitCode, bytes, digest, maxResident } = await readSlowly(
    [executable, 'run', script, 'build_script'],
    attempt.env,
  );
  await attempt.call('cleanup');
  if (exitCode !== 0) return `ended with ${exitCode}`;
  if (bytes !== largeLogBytes || digest !== digestOfLargeLog())
    return `${bytes} bytes came, not the ${largeLogBytes} that were printed`;
  const megabytes = Math.round(maxResident / 1024 ** 2);
  console.log(`soak: run held ${megabytes} MiB at most while 1 GiB passed`);
  return maxResident <= maxResidentBytes ? null : `run took ${megabytes} MiB of memory`;
}

async function readSlowly([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const hash = createHash('sha256');
  let [bytes, maxResident] = [0, 0];
  const looking = setInterval(() => {
    maxResident = Math.max(maxResident, residentPeak(child.pid));
  }, memoryLookMs);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await delay(readerRestsMs);
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const exitCode = await ended;
  clearInterval(looking);
  return { exitCode, bytes, digest: hash.digest('hex'), maxResident };
}

/** Of that process since its start; 0 once it has gone. */
function residentPeak(pid: number | undefined): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function digestOfLargeLog(): string {
  const line = 'a line of a large log, like many others\n';
  const block = Buffer.from(line.repeat(25_000));
  const hash = createHash('sha256');
  for (let left = largeLogBytes; left > 0; left -= block.length)
    hash.update(left < block.length ? block.subarray(0, left) : block);
  return hash.digest('hex');
}
