import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterUnderTest } from '../../cluster/cluster-under-test.ts';
import { kubectl } from '../../cluster/kubectl.ts';
import { begin, scriptSide } from '../measure/listen.ts';
import { preparedAttempt } from '../measure/prepared-attempt.ts';
import { type Row, sampleOf, valueAtMost } from '../measure/rows.ts';

const settleMilliseconds = 2000;
const watchMilliseconds = 8000;
/** USER_HZ of every Linux that we run on. */
const ticksPerSecond = 100;
/** utime, stime, cutime and cstime of what lives: a follower waits for each cat and sleep that it starts. */
const usedTicks = 'for p in /proc/[0-9]*/stat; do cat $p 2>/dev/null; done';

/** What following a silent script costs in its container: with GNU tail, and with the plain loop where there is none. */
export async function benchIdle(cluster: ClusterUnderTest, resident: string): Promise<Row[]> {
  const row = async (what: string, image: string, bound: number): Promise<Row> => ({
    what: `a follower of a silent script, ${what}`,
    unit: '% of a core',
    ours: sampleOf([await idleShare(cluster, resident, image)]),
    goal: valueAtMost(bound),
  });
  return [
    await row('GNU tail', cluster.buildImage, 0.1),
    await row('the loop where there is none', cluster.busyboxImage, 1.5),
  ];
}

async function idleShare(cluster: ClusterUnderTest, resident: string, image: string): Promise<number> {
  const attempt = await preparedAttempt(cluster, { resident, image });
  try {
    const script = `sleep ${(settleMilliseconds + watchMilliseconds) / 1000 + 10}\n`;
    const run = begin(scriptSide(attempt, script), () => undefined);
    await sleep(settleMilliseconds);
    const before = ticks(cluster, attempt.pod);
    const since = performance.now();
    await sleep(watchMilliseconds);
    // A process that ended in between takes its ticks along: less than none is none that could be measured.
    const used = Math.max(0, ticks(cluster, attempt.pod) - before);
    const seconds = (performance.now() - since) / 1000;
    run.kill('SIGKILL');
    return (used / ticksPerSecond / seconds) * 100;
  } finally {
    await attempt.end();
  }
}

function ticks(cluster: ClusterUnderTest, pod: string): number {
  const stats = kubectl(cluster, 'exec', pod, '-c', 'build', '--', 'sh', '-c', usedTicks);
  return stats
    .trim()
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf(')') + 2).split(' '))
    .map((fields) => [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0))
    .reduce((sum, each) => sum + each, 0);
}
