import type { ClusterUnderTest } from '../../cluster/cluster-under-test.ts';
import { startTestResident } from '../../process/a-resident.ts';
import { kubectlExec } from '../measure/kubectl-exec.ts';
import { delaysOf, listen, type Side, scriptSide, stamped } from '../measure/listen.ts';
import { preparedAttempt } from '../measure/prepared-attempt.ts';
import { largestResidentSet } from '../measure/process-costs.ts';
import { atLeast, type Growth, type Row, sampleOf, valueAtMost } from '../measure/rows.ts';

const megabytes = 100;

/** Throughput and the delay of a line, against `kubectl exec` on the same pod, and what long logs cost. */
export async function benchStream(
  cluster: ClusterUnderTest,
  { rounds, sizes }: { readonly rounds: number; readonly sizes: readonly number[] },
): Promise<{ readonly rows: Row[]; readonly growth: Growth[] }> {
  // Of its own: its memory is measured.
  const resident = await startTestResident();
  const attempt = await preparedAttempt(cluster, {
    resident: resident.directory,
    policy: { log_limit: '2Gi' },
  });
  const theirs = (script: string): Side => ({
    argv: kubectlExec(cluster, attempt.pod),
    env: process.env,
    stdin: script,
  });
  try {
    const speeds: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      speeds[0].push(await throughput(scriptSide(attempt, flood(megabytes)), megabytes));
      speeds[1].push(await throughput(theirs(flood(megabytes)), megabytes));
    }
    const [late, prompt] = [await delaysOf(scriptSide(attempt, stamped)), await delaysOf(theirs(stamped))];
    const points = [];
    for (const size of sizes)
      points.push({ x: size, y: size / (await throughput(scriptSide(attempt, flood(size)), size)) });
    const rows: Row[] = [
      {
        what: `log of ${megabytes} MB`,
        unit: 'MB/s',
        ours: sampleOf(speeds[0]),
        against: '`kubectl exec`',
        theirs: sampleOf(speeds[1]),
        goal: atLeast(1),
      },
      {
        what: `resident set of the resident after ${Math.max(...sizes)} MB of log`,
        unit: 'MB',
        ours: sampleOf([largestResidentSet(resident.pid)]),
        goal: valueAtMost(150),
      },
      {
        what: "a line's delay",
        unit: 'ms',
        ours: sampleOf(late),
        against: '`kubectl exec`',
        theirs: sampleOf(prompt),
        isRatio: false,
      },
    ];
    return { rows, growth: [{ what: 'a script that only prints', of: 'MB of log', unit: 's', points }] };
  } finally {
    await attempt.end();
    await resident.stop();
  }
}

const flood = (size: number): string => `head -c ${size}000000 /dev/zero | tr '\\0' x\n`;

/** MB/s */
async function throughput(side: Side, size: number): Promise<number> {
  const started = performance.now();
  let bytes = 0;
  await listen(side, (chunk) => {
    bytes += chunk.byteLength;
  });
  if (bytes < size * 1e6) throw new Error(`Only ${bytes} bytes of the log came.`);
  return bytes / 1000 / (performance.now() - started);
}
