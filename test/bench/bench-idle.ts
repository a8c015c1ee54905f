import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterUnderTest, executable } from '../cluster/cluster-under-test.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { type PreparedAttempt, preparedAttempt } from './prepared-attempt.ts';
import type { Row } from './rows.ts';

const settleMilliseconds = 2000;
const watchMilliseconds = 8000;
/** USER_HZ of every Linux that we run on. */
const ticksPerSecond = 100;
/** utime, stime, cutime and cstime of what lives: a follower waits for each cat and sleep that it starts. */
const usedTicks = 'for p in /proc/[0-9]*/stat; do cat $p 2>/dev/null; done';

/** What following a silent script costs in its container: with GNU tail, and with the plain loop where there is none. */
export async function benchIdle(cluster: ClusterUnderTest): Promise<Row[]> {
  const withTail = await idleShare(cluster, cluster.buildImage);
  const withLoop = await idleShare(cluster, cluster.busyboxImage);
  return [
    {
      what: 'an idle follower, GNU tail against the loop',
      ours: withTail,
      theirs: withLoop,
      unit: '% of a core',
      against: 'the loop',
      goal: '≤ 0.1 % with tail, ≤ 1.5 % with the loop',
    },
  ];
}

async function idleShare(cluster: ClusterUnderTest, image: string): Promise<number> {
  const attempt = preparedAttempt({ ...cluster, buildImage: image });
  try {
    const script = join(attempt.directory, 'silent');
    writeFileSync(script, `sleep ${(settleMilliseconds + watchMilliseconds) / 1000 + 10}\n`);
    const run = spawn(executable, ['run', script, 'build_script'], { env: attempt.env, stdio: 'ignore' });
    await sleep(settleMilliseconds);
    const before = ticks(cluster, attempt);
    const since = performance.now();
    await sleep(watchMilliseconds);
    const used = ticks(cluster, attempt) - before;
    const seconds = (performance.now() - since) / 1000;
    run.kill('SIGKILL');
    return (used / ticksPerSecond / seconds) * 100;
  } finally {
    attempt.end();
  }
}

function ticks(cluster: ClusterUnderTest, attempt: PreparedAttempt): number {
  const stats = kubectl(cluster, 'exec', attempt.pod, '-c', 'build', '--', 'sh', '-c', usedTicks);
  return stats
    .trim()
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf(')') + 2).split(' '))
    .map((fields) => [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0))
    .reduce((sum, each) => sum + each, 0);
}
