// `npm run soak`: many jobs at once, with random cuts, cancels, deletions and kills; every log is compared byte by byte, and nothing
// may be left in the cluster. SOAK_JOBS (200), SOAK_AT_ONCE (20), SOAK_SEED (now) change it; KUBECONFIG takes a real cluster.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import {
  kubeconfigThrough,
  serverAddress,
  startClusterUnderTest,
  whyNoCluster,
} from '../cluster/cluster-under-test.ts';
import { startCutProxy } from '../cluster/cut-proxy.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { JobResult } from '../model-runner/result.ts';

const jobs = Number(process.env['SOAK_JOBS'] ?? 200);
const atOnce = Number(process.env['SOAK_AT_ONCE'] ?? 20);
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1e6);
const managed = 'app.kubernetes.io/managed-by=gitlab-pod-executor';

/** What is done to a job while it runs, and what must come of it. */
const trials = ['cuts', 'cuts', 'cuts', 'cuts', 'cancel', 'pod-deleted', 'executor-killed'] as const;
type Trial = (typeof trials)[number];

const reason = await whyNoCluster();
if (reason) throw new Error(`The soak needs a cluster: ${reason}`);
const cluster = await startClusterUnderTest();
const random = generator(seed);
const faults: string[] = [];
const counts = new Map<Trial, number>();
try {
  console.log(`soak: ${jobs} jobs, ${atOnce} at once, seed ${seed}`);
  const waiting = Array.from({ length: jobs }, (_, index) => ({
    index,
    trial: trials[Math.floor(random() * trials.length)] ?? 'cuts',
    seed: random(),
  }));
  let done = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const fault = await runTrial(next.trial, generator(next.seed * 1e6));
        if (fault) faults.push(`job ${next.index} (${next.trial}): ${fault}`);
        counts.set(next.trial, (counts.get(next.trial) ?? 0) + 1);
        done += 1;
        if (done % 10 === 0) console.log(`soak: ${done} of ${jobs}, ${faults.length} faults`);
      }
    }),
  );
  const left = await leftovers();
  if (left !== '') faults.push(`left in the cluster: ${left}`);
} finally {
  await cluster.stop();
}
console.log([...counts].map(([trial, count]) => `${trial}: ${count}`).join(', '));
for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0
    ? 'soak: every log whole, every result true, nothing left'
    : `soak: ${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);

/** @returns null when all is as it must be */
async function runTrial(trial: Trial, chance: () => number): Promise<string | null> {
  const lines = 40 + Math.floor(chance() * 80);
  const code = Math.floor(chance() * 3) * 7;
  const directory = mkdtempSync(join(cluster.directory, 'soak-'));
  const proxy = await startCutProxy(serverAddress(cluster));
  const cutting = setInterval(
    () => {
      if (chance() < 0.5) proxy.cut(chance() < 0.5 ? 'FIN' : 'RST');
    },
    200 + chance() * 800,
  );
  try {
    const result = await cluster.run(
      {
        script: [
          `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i ${'ä€'.repeat(1 + Math.floor(chance() * 30))}"; sleep 0.05; done`,
          `exit ${code}`,
        ],
      },
      {
        directory,
        kubeconfig: kubeconfigThrough(cluster, proxy.port),
        on: hooks(trial, directory, 5 + Math.floor(chance() * 30)),
      },
    );
    return judge(trial, result, { lines, code });
  } finally {
    clearInterval(cutting);
    await proxy.close();
  }
}

function hooks(trial: Trial, directory: string, at: number) {
  const trace = new RegExp(`^line ${at} `, 'm');
  switch (trial) {
    case 'cuts':
      return [];
    case 'cancel':
      return [{ trace, do: 'cancel' as const }];
    case 'pod-deleted':
      return [{ trace, do: () => deletePodOf(directory) }];
    case 'executor-killed':
      return [{ trace, do: () => void spawnSync('pkill', ['-9', '-f', `run ${directory}`]) }];
  }
}

function deletePodOf(directory: string): void {
  const { stdout } = spawnSync('sh', ['-c', `cat ${directory}/*/gitlab-pod-executor.json`], {
    encoding: 'utf8',
  });
  const name = /"name":"(job-[^"]+)"/.exec(stdout)?.[1];
  if (name) kubectl(cluster, 'delete', 'pod', name, '--wait=false');
}

function judge(
  trial: Trial,
  result: JobResult,
  { lines, code }: { lines: number; code: number },
): string | null {
  const numbers = [...result.readableTrace.matchAll(/^line (\d+) (ä€)+$/gm)].map(([, number]) =>
    Number(number),
  );
  const isInOrder = numbers.every((number, index) => number === index + 1);
  if (!isInOrder) return `lines lost, doubled or out of order: ${numbers.join(' ')}`;
  if (trial === 'cuts') {
    if (numbers.length !== lines) return `${numbers.length} of ${lines} lines`;
    return result.exitCode === (code === 0 ? null : code) &&
      result.state === (code === 0 ? 'success' : 'failed')
      ? null
      : `state ${result.state}, exit code ${result.exitCode}, not ${code}`;
  }
  if (result.state === 'success' && numbers.length !== lines) return 'success without the whole log';
  return null;
}

async function leftovers(): Promise<string> {
  for (let second = 0; second < 60; second++) {
    const left = kubectl(cluster, 'get', 'pods,secrets', '-l', managed, '-o', 'name').trim();
    if (left === '') return '';
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return execFileSync(
    'kubectl',
    ['--kubeconfig', cluster.kubeconfig, '-n', cluster.namespace, 'get', 'pods,secrets', '-l', managed],
    { encoding: 'utf8' },
  );
}

/** The same numbers for the same seed, so that a bad run can be run again (mulberry32). */
function generator(from: number): () => number {
  let state = Math.floor(from) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
