import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterUnderTest, executable } from '../cluster/cluster-under-test.ts';
import { type PreparedAttempt, preparedAttempt } from './prepared-attempt.ts';
import { median, type Row } from './rows.ts';

const megabytes = 100;
const flood = `head -c ${megabytes}000000 /dev/zero | tr '\\0' x\n`;
/** 60 lines, one every 50 ms or so, each with the time it was printed. */
const stamped = 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); date +%s%N; sleep 0.05; done\n';
const rounds = 3;

/** Throughput and the delay of a line, against `kubectl exec` on the same pod. */
export async function benchStream(cluster: ClusterUnderTest): Promise<Row[]> {
  const attempt = preparedAttempt(cluster);
  const kubectl = [
    'kubectl',
    '--kubeconfig',
    cluster.kubeconfig,
    '-n',
    cluster.namespace,
    'exec',
    '-i',
    attempt.pod,
    '-c',
    'build',
    '--',
    'sh',
  ];
  const ours = (script: string): Side => ({
    argv: [executable, 'run', scriptFile(attempt, script), 'build_script'],
    env: attempt.env,
    stdin: '',
  });
  const theirs = (script: string): Side => ({ argv: kubectl, env: process.env, stdin: script });
  try {
    const speeds: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      speeds[0].push(await throughput(ours(flood)));
      speeds[1].push(await throughput(theirs(flood)));
    }
    const [fast, direct] = speeds.map(median) as [number, number];
    const [late, prompt] = [await delay(ours(stamped)), await delay(theirs(stamped))];
    return [
      {
        what: `log of ${megabytes} MB`,
        ours: fast,
        theirs: direct,
        unit: 'MB/s',
        against: '`kubectl exec`',
        ratio: fast / direct,
        goal: '≥ 1×',
      },
      {
        what: "a line's delay, median",
        ours: late,
        theirs: prompt,
        unit: 'ms',
        against: '`kubectl exec`',
        goal: '≤ 2 ms more with GNU tail, ≤ 60 ms with the loop',
      },
    ];
  } finally {
    attempt.end();
  }
}

interface Side {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: string;
}

function scriptFile(attempt: PreparedAttempt, script: string): string {
  const file = join(attempt.directory, `script-${Math.round(performance.now())}`);
  writeFileSync(file, script);
  return file;
}

async function throughput(side: Side): Promise<number> {
  const started = performance.now();
  let bytes = 0;
  await listen(side, (chunk) => {
    bytes += chunk.byteLength;
  });
  if (bytes < megabytes * 1e6) throw new Error(`Only ${bytes} bytes of the log came.`);
  return bytes / 1000 / (performance.now() - started);
}

/** Container and client share this machine's clock. */
async function delay(side: Side): Promise<number> {
  const delays: number[] = [];
  await listen(side, (chunk) => {
    const now = Date.now();
    for (const stamp of chunk.toString().match(/\d{19}/g) ?? []) delays.push(now - Number(stamp) / 1e6);
  });
  return median(delays);
}

function listen({ argv, env, stdin }: Side, hear: (chunk: Buffer) => void): Promise<void> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  child.stdout.on('data', hear);
  return new Promise((resolve, reject) => {
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${String(code)}`)),
    );
  });
}
