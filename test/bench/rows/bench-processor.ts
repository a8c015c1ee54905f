import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterUnderTest, executable } from '../../cluster/cluster-under-test.ts';
import { startTestResident, type TestResident } from '../../process/a-resident.ts';
import { newAttempt } from '../measure/prepared-attempt.ts';
import { processorTime } from '../measure/process-costs.ts';
import { atMost, type Growth, type Row, sampleOf } from '../measure/rows.ts';
import { processorTimeOf } from '../measure/time-process.ts';

/** In the order of a job; what reads no artifact and no cache does nothing. */
const subStages = [
  'prepare_script',
  'get_sources',
  'restore_cache',
  'download_artifacts',
  'build_script',
  'after_script',
  'archive_cache',
  'upload_artifacts_on_success',
];
/** The code of a program is slow until it was used some times. */
const warmJobs = 20;

/** Processor time of ours, launchers and resident: for one job after another, and for many at once. */
export async function benchProcessor(
  cluster: ClusterUnderTest,
  { rounds, counts }: { readonly rounds: number; readonly counts: readonly number[] },
): Promise<{ readonly rows: Row[]; readonly growth: Growth[] }> {
  const resident = await startTestResident();
  const empty = join(cluster.directory, 'empty.mjs');
  writeFileSync(empty, '');
  const nodes = Array.from({ length: 10 }, () => [process.execPath, empty]);
  try {
    await jobsAtOnce(cluster, resident, warmJobs);
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await jobsAtOnce(cluster, resident, 1));
      theirs.push(await processorTimeOf(nodes));
    }
    const many = [];
    for (const count of counts) many.push({ x: count, y: await jobsAtOnce(cluster, resident, count) });
    const one = sampleOf(ours);
    const [last] = many.slice(-1);
    return {
      rows: [
        {
          what: 'processor time of ours for a job: config, prepare, eight scripts, cleanup',
          unit: 'ms',
          ours: one,
          against: 'ten empty Nodes',
          theirs: sampleOf(theirs),
          goal: atMost(0.5),
        },
        {
          what: `processor time of ours for a job of ${last?.x ?? 0} at once, none of which fails`,
          unit: 'ms',
          ours: sampleOf([last?.y ?? Number.NaN]),
          against: 'one job',
          theirs: one,
          goal: atMost(1.2),
        },
      ],
      growth: [
        {
          what: 'processor time of ours for each whole job',
          of: 'jobs at once',
          unit: 'ms',
          points: [{ x: 1, y: one.median }, ...many],
        },
      ],
    };
  } finally {
    await resident.stop();
  }
}

/** @returns milliseconds a job; rejects when a stage of any fails */
async function jobsAtOnce(
  cluster: ClusterUnderTest,
  { directory, pid }: TestResident,
  count: number,
): Promise<number> {
  const before = processorTime(pid);
  const launchers = await Promise.all(Array.from({ length: count }, () => job(cluster, directory)));
  const sum = launchers.reduce((total, each) => total + each, 0);
  return (sum + processorTime(pid) - before) / count;
}

function job(cluster: ClusterUnderTest, resident: string): Promise<number> {
  const attempt = newAttempt(cluster, { resident });
  const script = attempt.script('true\n');
  return processorTimeOf(
    [
      [executable, 'config'],
      [executable, 'prepare'],
      ...subStages.map((name) => [executable, 'run', script, name]),
      [executable, 'cleanup'],
    ],
    attempt.env,
  );
}
