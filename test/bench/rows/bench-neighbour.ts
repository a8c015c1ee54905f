import type { ClusterUnderTest } from '../../cluster/cluster-under-test.ts';
import { begin, delaysOf, scriptSide, stamped } from '../measure/listen.ts';
import { preparedAttempt } from '../measure/prepared-attempt.ts';
import { atMost, type Row, sampleOf } from '../measure/rows.ts';

const endless = 'yes a line of a job that prints without end\n';
const percentile = 0.95;

/** The way of a quiet job's line while another job of the same resident floods its log, against the same alone. */
export async function benchNeighbour(
  cluster: ClusterUnderTest,
  resident: string,
  rounds: number,
): Promise<Row[]> {
  const quiet = await preparedAttempt(cluster, { resident });
  try {
    const [beside, alone]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      alone.push(late(await delaysOf(scriptSide(quiet, stamped))));
      beside.push(late(await besideFlood(cluster, resident, () => delaysOf(scriptSide(quiet, stamped)))));
    }
    return [
      {
        what: "a line's way beside a job that floods its log, 95th percentile",
        unit: 'ms',
        ours: sampleOf(beside),
        against: 'no such job',
        theirs: sampleOf(alone),
        goal: atMost(2),
      },
    ];
  } finally {
    await quiet.end();
  }
}

async function besideFlood<T>(
  cluster: ClusterUnderTest,
  resident: string,
  measure: () => Promise<T>,
): Promise<T> {
  const loud = await preparedAttempt(cluster, { resident, policy: { log_limit: '100Gi' } });
  const began = Promise.withResolvers<undefined>();
  const flood = begin(scriptSide(loud, endless), () => began.resolve(undefined));
  const ended = new Promise((resolve) => flood.once('close', resolve));
  try {
    await began.promise;
    return await measure();
  } finally {
    flood.kill('SIGKILL');
    await loud.end();
    await ended;
  }
}

function late(delays: readonly number[]): number {
  const sorted = [...delays].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * percentile)] ?? Number.NaN;
}
