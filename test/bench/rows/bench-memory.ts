import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterUnderTest, executable } from '../../cluster/cluster-under-test.ts';
import { startTestResident, type TestResident } from '../../process/a-resident.ts';
import { type PreparedAttempt, preparedAttempt, severalAtOnce } from '../measure/prepared-attempt.ts';
import { childrenOf, processorTime, sharedMemory } from '../measure/process-costs.ts';
import { type Growth, type Row, sampleOf, valueAtMost } from '../measure/rows.ts';

/** A line each ten seconds, as from a build that works. */
const ticking = 'while :; do echo a line of a job that runs for a long time; sleep 10; done\n';
/** The last upload is over, the watch has begun, and each has printed a line of its own. */
const settleMilliseconds = 11_000;
/** A busy machine measures fewer jobs rather than for ever. */
const maxMilliseconds = 300_000;
const readings = 3;
const readingMilliseconds = 2000;

interface RunningJob {
  readonly attempt: PreparedAttempt;
  readonly launcher: ChildProcess;
}

interface Costs {
  readonly jobs: number;
  /** MB: launchers, pumps and the resident. */
  readonly memory: number;
  /** Milliseconds of the resident's for a second of all jobs. */
  readonly processor: number;
}

/** What one more running job costs, from one to very many in one resident. @param counts in rising order, 1 first */
export async function benchMemory(
  cluster: ClusterUnderTest,
  counts: readonly number[],
): Promise<{ readonly rows: Row[]; readonly growth: Growth[] }> {
  const resident = await startTestResident();
  const jobs: RunningJob[] = [];
  try {
    // What the first job alone would load.
    await (await preparedAttempt(cluster, { resident: resident.directory })).end();
    const costs: Costs[] = [];
    const until = performance.now() + maxMilliseconds;
    const startOne = async (): Promise<void> => {
      if (performance.now() > until) throw new Error(`not within ${maxMilliseconds / 1000} s`);
      jobs.push(await startJob(cluster, resident));
    };
    for (const count of counts) {
      const started = await severalAtOnce(count - jobs.length, startOne).catch(
        (error: unknown) => error as Error,
      );
      if (started instanceof Error) {
        console.error(`  no ${count} running jobs: ${started.message}`);
        break;
      }
      costs.push(await costsOf(jobs, resident));
      console.error(`  ${count} running jobs: ${costs.at(-1)?.memory.toFixed(1)} MB`);
    }
    return { rows: rowsOf(costs), growth: growthOf(costs) };
  } finally {
    for (const { launcher } of jobs) launcher.kill('SIGKILL');
    await severalAtOnce(jobs.length, async () => jobs.pop()?.attempt.end());
    await resident.stop();
  }
}

async function startJob(cluster: ClusterUnderTest, { directory }: TestResident): Promise<RunningJob> {
  const attempt = await preparedAttempt(cluster, { resident: directory });
  const words = ['run', attempt.script(ticking), 'build_script'];
  const launcher = spawn(executable, words, { env: attempt.env, stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => launcher.stdout.once('data', resolve));
  launcher.stdout.resume();
  return { attempt, launcher };
}

async function costsOf(jobs: readonly RunningJob[], { pid }: TestResident): Promise<Costs> {
  await sleep(settleMilliseconds);
  const launchers = jobs.map(({ launcher }) => launcher.pid ?? 0);
  const before = processorTime(pid);
  const since = performance.now();
  const memory: number[] = [];
  for (let reading = 0; reading < readings; reading++) {
    await sleep(readingMilliseconds);
    memory.push(sharedMemory([pid, ...launchers, ...launchers.flatMap(childrenOf)]));
  }
  const seconds = (performance.now() - since) / 1000;
  return {
    jobs: jobs.length,
    memory: sampleOf(memory).median,
    processor: (processorTime(pid) - before) / seconds,
  };
}

function rowsOf(costs: readonly Costs[]): Row[] {
  const [one] = costs;
  const many = costs.find(({ jobs }) => jobs >= 200) ?? costs.at(-1);
  if (!one || !many || many.jobs === one.jobs) return [];
  const slope = (many.memory - one.memory) / (many.jobs - one.jobs);
  return [
    {
      what: `memory (PSS) of one more running job, from 1 to ${many.jobs}`,
      unit: 'MB',
      ours: sampleOf([slope]),
      goal: valueAtMost(1),
    },
  ];
}

function growthOf(costs: readonly Costs[]): Growth[] {
  const about = { of: 'running jobs' };
  return [
    {
      ...about,
      what: 'memory of all of ours',
      unit: 'MB',
      points: costs.map(({ jobs, memory }) => ({ x: jobs, y: memory })),
    },
    {
      ...about,
      what: 'processor time of the resident, a second',
      unit: 'ms',
      points: costs.map(({ jobs, processor }) => ({ x: jobs, y: processor })),
    },
  ];
}
